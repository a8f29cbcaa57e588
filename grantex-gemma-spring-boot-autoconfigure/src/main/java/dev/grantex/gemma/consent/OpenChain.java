package dev.grantex.gemma.consent;

import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;

/**
 * An audit log that stays open as long as calls it permitted are under way.
 */
final class OpenChain {

	private static final Log logger = LogFactory.getLog(OpenChain.class);

	private final OfflineAuditLog log;

	/** One for the owner, one for each call under way. */
	private final AtomicInteger holders = new AtomicInteger(1);

	private volatile boolean closed;

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
		return !this.closed;
	}

	/**
	 * Leaves the active file's name to the next bundle's log. If that fails, the next log
	 * takes the name when it opens.
	 */
	void leave() {
		try {
			this.log.retire();
		}
		catch (AuditLogException ex) {
			logger.warn("The replaced bundle's audit log could not be closed off yet (" + ex.reason() + ")");
		}
	}

	/**
	 * Gives up one hold; the last one closes the log. Acknowledged entries are durable by
	 * then, so the caller has nothing to do about a failure.
	 */
	void release() {
		if (this.holders.decrementAndGet() == 0) {
			try {
				this.log.close();
			}
			catch (AuditLogException ex) {
				logger.warn("The audit log could not be closed properly (" + ex.reason() + ")");
			}
			finally {
				this.closed = true;
			}
		}
	}

}
