package dev.grantex.gemma.audit;

import org.jspecify.annotations.Nullable;

/**
 * Whether a chain can be written, and if not, why. What ends a chain for good, its
 * closing or damage, is never taken back, whatever else fails or recovers meanwhile.
 * <p>
 * Changed under the chain's lock only; reading needs none.
 */
final class ChainCondition {

	private volatile @Nullable String failure;

	/**
	 * Why nothing can be written, as a reason of {@link AuditLogException}, or null.
	 */
	@Nullable String failure() {
		return this.failure;
	}

	boolean isUsable() {
		return this.failure == null;
	}

	boolean is(String reason) {
		return reason.equals(this.failure);
	}

	/**
	 * Takes note of a failure.
	 * @return whether it was news: of several the first is told, unless that was only a
	 * want of room
	 */
	boolean note(String reason) {
		boolean news = this.failure == null
				|| (is(AuditLogException.LOG_FULL) && !AuditLogException.LOG_FULL.equals(reason));
		if (news) {
			this.failure = reason;
		}
		return news;
	}

	/**
	 * Takes note of what came of the attempt to undo a failure.
	 * @param reason why it still cannot be written, or null
	 */
	void update(@Nullable String reason) {
		boolean ended = is(AuditLogException.LOG_CLOSED) || is(AuditLogException.LOG_CORRUPTED);
		if (!ended) {
			this.failure = reason;
		}
	}

	/**
	 * Lets nothing be written any more because of damage.
	 */
	void condemn() {
		if (!is(AuditLogException.LOG_CLOSED)) {
			this.failure = AuditLogException.LOG_CORRUPTED;
		}
	}

	/**
	 * Lets nothing be written any more because the log is closed.
	 * @return whether the chain was undamaged until now
	 */
	boolean close() {
		boolean sound = !is(AuditLogException.LOG_CORRUPTED);
		this.failure = AuditLogException.LOG_CLOSED;
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
