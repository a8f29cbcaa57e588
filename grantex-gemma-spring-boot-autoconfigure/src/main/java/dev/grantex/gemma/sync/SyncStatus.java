package dev.grantex.gemma.sync;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is known about synchronization, for those who watch it.
 *
 * @param lastResult the last cycle's result, absent before the first
 * @param lastSuccessAt when a cycle last got through completely
 * @param failures cycles in a row that did not get through
 */
public record SyncStatus(@Nullable SyncResult lastResult, @Nullable Instant lastSuccessAt, int failures) {

	static final SyncStatus NONE = new SyncStatus(null, null, 0);

	SyncStatus after(SyncResult result) {
		return result.isSuccessful() ? new SyncStatus(result, result.completedAt(), 0)
				: new SyncStatus(result, this.lastSuccessAt, this.failures + 1);
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

}
