package dev.grantex.gemma.sync;

import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.cloud.ApiUnreachableException;

/**
 * Collects what the steps of one cycle did. Each step runs whatever the others answered.
 */
final class CycleReport {

	private static final Log logger = LogFactory.getLog(CycleReport.class);

	private final List<SyncProblem> problems = new ArrayList<>();

	private long accepted;

	private boolean uploaded;

	private boolean refreshed;

	private boolean issued;

	/**
	 * Runs a step and keeps its failure as a problem. An interrupted thread runs no
	 * further step: it could neither read files nor wait for answers.
	 */
	void attempt(SyncStep step, Runnable action) {
		attempt(step, null, action);
	}

	/**
	 * Runs a step for a bundle that was replaced.
	 */
	void attempt(SyncStep step, @Nullable String formerBundleId, Runnable action) {
		if (Thread.currentThread().isInterrupted()) {
			failed(step, formerBundleId, new ApiUnreachableException(ApiUnreachableException.Reason.INTERRUPTED));
			return;
		}
		try {
			action.run();
		}
		catch (RuntimeException ex) {
			failed(step, formerBundleId, ex);
		}
	}

	void failed(SyncStep step, @Nullable String formerBundleId, RuntimeException failure) {
		logger.debug("Step " + step + " did not get through", failure);
		this.problems.add(SyncProblems.of(step, failure, formerBundleId));
	}

	/**
	 * Whether the service asked for a pause in a step.
	 */
	boolean isRateLimited(SyncStep step) {
		return this.problems.stream()
			.anyMatch((problem) -> problem.step() == step && problem.kind() == SyncProblem.Kind.RATE_LIMITED);
	}

	/**
	 * Takes note that the upload of the current chain has ended.
	 */
	void uploaded() {
		this.uploaded = true;
	}

	/**
	 * Whether everything was delivered of the current chain that ever can be.
	 */
	boolean isUploadDone() {
		return this.uploaded && this.problems.stream()
			.noneMatch((problem) -> problem.step() == SyncStep.UPLOAD && problem.formerBundleId() == null
					&& problem.isPassing());
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

	long accepted() {
		return this.accepted;
	}

	boolean isRefreshed() {
		return this.refreshed;
	}

	boolean isIssued() {
		return this.issued;
	}

	List<SyncProblem> problems() {
		return this.problems;
	}

}
