package dev.grantex.gemma.sync;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is known about synchronization, for those who watch it.
 *
 * @param lastResult the last cycle's result, absent before the first
 * @param lastSuccessAt when a cycle last got through completely
 * @param failures cycles in a row that did not get through
 * @param verdict what the service holds against the current chain, so that it does not
 * grow there any more; it stands until the service takes the chain again or another
 * begins
 */
public record SyncStatus(@Nullable SyncResult lastResult, @Nullable Instant lastSuccessAt, int failures,
		@Nullable SyncProblem verdict) {

	static final SyncStatus NONE = new SyncStatus(null, null, 0, null);

	SyncStatus after(SyncResult result) {
		return result.isSuccessful() ? new SyncStatus(result, result.completedAt(), 0, null)
				: new SyncStatus(result, this.lastSuccessAt, this.failures + 1, verdictAfter(result));
	}

	/**
	 * The last cycle's problem of a kind, if it had one.
	 */
	public @Nullable SyncProblem problem(SyncProblem.Kind kind) {
		return (this.lastResult == null) ? null
				: this.lastResult.problems()
					.stream()
					.filter((problem) -> problem.kind() == kind)
					.findFirst()
					.orElse(null);
	}

	/**
	 * Whether the service could not be reached in the last cycle.
	 */
	public boolean isOffline() {
		return problem(SyncProblem.Kind.OFFLINE) != null;
	}

	private @Nullable SyncProblem verdictAfter(SyncResult result) {
		boolean taken = result.problems()
			.stream()
			.noneMatch((problem) -> problem.step() == SyncStep.STATUS || problem.step() == SyncStep.UPLOAD);
		if (taken || result.issued()) {
			return null;
		}
		return result.problems().stream().filter(SyncProblem::isVerdict).findFirst().orElse(this.verdict);
	}

}
