package dev.grantex.gemma.audit;

import dev.grantex.gemma.audit.store.Checkpoint;
import dev.grantex.gemma.audit.store.StoredChain;

/**
 * What the seal of a log remembers about its bundle besides the chain, so that putting
 * back an older copy of the bundle's file undoes none of it. Safe for use by several
 * threads.
 */
public final class SealedState {

	private final StoredChain chain;

	private final ClockFloor clockFloor;

	SealedState(StoredChain chain, ClockFloor clockFloor) {
		this.chain = chain;
		this.clockFloor = clockFloor;
	}

	public ClockFloor clockFloor() {
		return this.clockFloor;
	}

	public boolean isRevoked() {
		return this.chain.checkpoint().revoked();
	}

	/**
	 * Remembers durably, and for good, that the bundle was revoked, unless it does.
	 * @throws AuditLogException if it cannot be written
	 */
	public void markRevoked() {
		if (!isRevoked()) {
			Stored.run(() -> this.chain.change(Checkpoint::withRevoked));
		}
	}

	/**
	 * Whether a refresh was begun whose answer may have been lost.
	 */
	public boolean isRefreshPending() {
		return this.chain.checkpoint().refreshPending();
	}

	/**
	 * Remembers durably whether a refresh was begun whose answer may have been lost,
	 * unless it does.
	 * @throws AuditLogException if it cannot be written; it stays as it was then
	 */
	public void markRefreshPending(boolean pending) {
		if (isRefreshPending() != pending) {
			Stored.run(() -> this.chain.change((checkpoint) -> checkpoint.withRefreshPending(pending)));
		}
	}

	/**
	 * Remembers durably that no refresh is pending, and leaves nothing in the seal that a
	 * former key has signed: an older copy of the bundle's file, which knows only that
	 * key, is recognized.
	 * @throws AuditLogException if it cannot be written
	 */
	public void markRefreshed() {
		Stored.run(() -> this.chain.reseal((checkpoint) -> checkpoint.withRefreshPending(true)));
	}

}
