package dev.grantex.gemma.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What one cycle did.
 *
 * @param completedAt when the cycle ended, by this device's clock
 * @param accepted entries the service accepted in this cycle
 * @param unsynchronized entries of the current chain the service does not have yet, or -1
 * where nobody can tell because its log does not open or may have lost entries
 * @param revoked whether the consent is revoked
 * @param refreshed whether the bundle was refreshed
 * @param issued whether a new bundle was issued
 * @param problems what did not get through, in the order of the steps
 * @param resumeAfter when uploads can go on that were paused to keep to the service's
 * limit, counted from the cycle's end; absent if none were
 */
public record SyncResult(Instant completedAt, long accepted, long unsynchronized, boolean revoked, boolean refreshed,
		boolean issued, List<SyncProblem> problems, @Nullable Duration resumeAfter) {

	static final long UNKNOWN = -1;

	public SyncResult {
		problems = List.copyOf(problems);
	}

	/**
	 * Whether every step got through, as far as the service's limits allow in one cycle.
	 */
	public boolean isSuccessful() {
		return this.problems.isEmpty();
	}

}
