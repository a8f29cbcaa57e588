package dev.grantex.gemma.sync;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is known about synchronization, for those who watch it.
 *
 * @param lastResult the last cycle's result, absent before the first
 * @param lastSuccessAt when a cycle last got through completely
 * @param failures cycles in a row that did not get through
 * @param nextCycleAt when the next cycle is due by this device's clock; absent while none
 * is planned
 */
public record SyncStatus(@Nullable SyncResult lastResult, @Nullable Instant lastSuccessAt, int failures,
		@Nullable Instant nextCycleAt) {

	static final SyncStatus NONE = new SyncStatus(null, null, 0, null);

	SyncStatus after(SyncResult result) {
		return result.isSuccessful() ? new SyncStatus(result, result.completedAt(), 0, this.nextCycleAt)
				: new SyncStatus(result, this.lastSuccessAt, this.failures + 1, this.nextCycleAt);
	}

	SyncStatus withNextCycleAt(@Nullable Instant nextCycleAt) {
		return new SyncStatus(this.lastResult, this.lastSuccessAt, this.failures, nextCycleAt);
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
