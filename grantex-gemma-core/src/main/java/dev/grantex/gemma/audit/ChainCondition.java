package dev.grantex.gemma.audit;

import org.jspecify.annotations.Nullable;

/**
 * Whether a chain can be written, and if not, why. What ends a chain for good, its
 * closing or damage, is never taken back, whatever else fails or recovers meanwhile.
 * <p>
 * Changed under the chain's lock only; reading needs none.
 */
final class ChainCondition {

	private volatile @Nullable AuditLogException fault;

	/**
	 * Why nothing can be written, or null.
	 */
	@Nullable AuditLogException fault() {
		return this.fault;
	}

	boolean isUsable() {
		return this.fault == null;
	}

	boolean is(String reason) {
		AuditLogException known = this.fault;
		return known != null && known.reason().equals(reason);
	}

	/**
	 * Takes note of a failure.
	 * @return whether it was news: of several the first is told, unless that was only a
	 * want of room
	 */
	boolean note(AuditLogException fault) {
		boolean news = this.fault == null
				|| (is(AuditLogException.LOG_FULL) && !AuditLogException.LOG_FULL.equals(fault.reason()));
		if (news) {
			this.fault = fault;
		}
		return news;
	}

	/**
	 * Takes note of what came of the attempt to undo a failure.
	 * @param fault why it still cannot be written, or null
	 */
	void update(@Nullable AuditLogException fault) {
		boolean ended = is(AuditLogException.LOG_CLOSED) || is(AuditLogException.LOG_CORRUPTED);
		if (!ended) {
			this.fault = fault;
		}
	}

	/**
	 * Lets nothing be written any more because of damage.
	 */
	void condemn() {
		if (!is(AuditLogException.LOG_CLOSED)) {
			this.fault = AuditLogException.corrupted();
		}
	}

	/**
	 * Lets nothing be written any more because the log is closed.
	 * @return whether the chain was undamaged until now
	 */
	boolean close() {
		boolean sound = !is(AuditLogException.LOG_CORRUPTED);
		this.fault = AuditLogException.closed();
		return sound;
	}

	/**
	 * Checks that the chain has not ended for good.
	 * @throws AuditLogException if it has
	 */
	void requireOpen() {
		if (is(AuditLogException.LOG_CLOSED)) {
			throw AuditLogException.closed();
		}
		if (is(AuditLogException.LOG_CORRUPTED)) {
			throw AuditLogException.corrupted();
		}
	}

}
