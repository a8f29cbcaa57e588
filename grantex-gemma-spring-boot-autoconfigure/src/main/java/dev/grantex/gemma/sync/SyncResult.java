package dev.grantex.gemma.sync;

import java.time.Instant;
import java.util.List;

/**
 * What one cycle did.
 *
 * @param completedAt when the cycle ended, by this device's clock
 * @param accepted entries the service accepted in this cycle
 * @param unsynchronized entries of the current chain the service does not have yet
 * @param revoked whether the consent is revoked
 * @param refreshed whether the bundle was refreshed
 * @param issued whether a new bundle was issued
 * @param problems what did not get through, in the order of the steps
 */
public record SyncResult(Instant completedAt, long accepted, long unsynchronized, boolean revoked, boolean refreshed,
		boolean issued, List<SyncProblem> problems) {

	public SyncResult {
		problems = List.copyOf(problems);
	}

	/**
	 * Whether every step got through.
	 */
	public boolean isSuccessful() {
		return this.problems.isEmpty();
	}

}
