package dev.grantex.gemma.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.cloud.ApiUnreachableException;
import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;

/**
 * Collects what the steps of one cycle did. Each step runs whatever the others answered.
 */
final class CycleReport {

	private static final Log logger = LogFactory.getLog(CycleReport.class);

	private final List<SyncProblem> problems = new ArrayList<>();

	private long accepted;

	private boolean uploaded;

	private boolean refreshBegun;

	private boolean refreshed;

	private boolean issued;

	private @Nullable Duration resumeAfter;

	private boolean uploadOver;

	private boolean currentPaused;

	/**
	 * Runs a step and keeps its failure as a problem. An interrupted thread runs no
	 * further step: it could neither read files nor wait for answers.
	 * @return whether the step got through
	 */
	boolean attempt(SyncStep step, Runnable action) {
		return attempt(step, null, action);
	}

	boolean attempt(SyncStep step, @Nullable String formerBundleId, Runnable action) {
		if (Thread.currentThread().isInterrupted()) {
			failed(step, formerBundleId, new ApiUnreachableException(ApiUnreachableException.Reason.INTERRUPTED));
			return false;
		}
		try {
			action.run();
			return true;
		}
		catch (RuntimeException ex) {
			this.uploadOver |= endsUploads(ex);
			if (ex instanceof CallPausedException paused && !paused.isAsked()) {
				this.resumeAfter = paused.left();
				this.currentPaused |= formerBundleId == null;
			}
			else {
				failed(step, formerBundleId, ex);
			}
			return false;
		}
	}

	void failed(SyncStep step, @Nullable String formerBundleId, RuntimeException failure) {
		logger.debug("Step " + step + " did not get through", failure);
		SyncProblem problem = SyncProblem.of(step, failure, formerBundleId);
		if (!this.problems.contains(problem)) {
			this.problems.add(problem);
		}
	}

	private static boolean endsUploads(RuntimeException failure) {
		return (failure instanceof StepException known && known.kind() == SyncProblem.Kind.OFFLINE)
				|| (failure instanceof CallPausedException paused && paused.limit() == Pauses.Limit.UPLOADS);
	}

	/**
	 * Whether it is known that no further uploads may be made in this cycle: at the
	 * service's request, before it comes to that, or because it does not answer.
	 */
	boolean isUploadOver() {
		return this.uploadOver;
	}

	void uploaded() {
		this.uploaded = true;
	}

	/**
	 * Whether everything was delivered of the current chain that ever can be.
	 */
	boolean isUploadDone() {
		return this.uploaded && !this.currentPaused
				&& this.problems.stream()
					.noneMatch((problem) -> problem.step() == SyncStep.UPLOAD && problem.formerBundleId() == null
							&& problem.isPassing());
	}

	/**
	 * Takes note that a refresh of the current bundle was begun: one in a cycle is
	 * enough.
	 */
	void refreshBegun() {
		this.refreshBegun = true;
	}

	boolean isRefreshBegun() {
		return this.refreshBegun;
	}

	void accepted(int entries) {
		this.accepted += entries;
	}

	void refreshed() {
		this.refreshed = true;
	}

	void issued() {
		this.issued = true;
	}

	boolean isSuccessful() {
		return this.problems.isEmpty();
	}

	SyncResult result(Instant now, ConsentStatus standing) {
		return new SyncResult(now, this.accepted, standing.unsynchronized().orElse(SyncResult.UNKNOWN),
				standing.denial() == DenialReason.REVOKED, this.refreshed, this.issued, this.problems,
				this.resumeAfter);
	}

}
