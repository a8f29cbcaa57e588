package dev.grantex.gemma.consent;

import java.util.concurrent.atomic.AtomicInteger;

import dev.grantex.gemma.audit.OfflineAuditLog;

/**
 * An audit log that stays open as long as calls it permitted are under way.
 */
final class OpenChain {

	private final OfflineAuditLog log;

	/** One for the owner, one for each call under way. */
	private final AtomicInteger holders = new AtomicInteger(1);

	OpenChain(OfflineAuditLog log) {
		this.log = log;
	}

	OfflineAuditLog log() {
		return this.log;
	}

	/**
	 * Keeps the log open for one more call, unless it has been closed already.
	 */
	boolean acquire() {
		int count;
		do {
			count = this.holders.get();
			if (count == 0) {
				return false;
			}
		}
		while (!this.holders.compareAndSet(count, count + 1));
		return true;
	}

	/**
	 * Whether the log is still open, for the owner or for calls under way.
	 */
	boolean isOpen() {
		return this.holders.get() > 0;
	}

	/**
	 * Gives up one hold; the last one closes the log.
	 */
	void release() {
		if (this.holders.decrementAndGet() == 0) {
			this.log.close();
		}
	}

}
