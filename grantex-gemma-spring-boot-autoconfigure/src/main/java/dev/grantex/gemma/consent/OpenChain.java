package dev.grantex.gemma.consent;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * An audit log that stays open as long as calls it permitted are under way.
 */
final class OpenChain {

	private static final Log logger = LogFactory.getLog(OpenChain.class);

	/** In seconds. */
	private static final int LONGEST_CLOSING = 10;

	private final OfflineAuditLog log;

	/** One for the owner, one for each call under way. */
	private final AtomicInteger holders = new AtomicInteger(1);

	private final CountDownLatch closed = new CountDownLatch(1);

	private volatile ConsentBundle bundle;

	/**
	 * Takes over an open log, with one hold for the caller.
	 */
	OpenChain(ConsentBundle bundle, OfflineAuditLog log) {
		this.bundle = bundle;
		this.log = log;
	}

	OfflineAuditLog log() {
		return this.log;
	}

	/**
	 * Whether the log goes on under just this form of a bundle.
	 */
	boolean isOf(ConsentBundle other) {
		return other.bundleId().equals(this.bundle.bundleId())
				&& other.offlineAuditKey().publicKey().equals(this.bundle.offlineAuditKey().publicKey());
	}

	/**
	 * Goes on under the refreshed form of the bundle.
	 * @throws AuditLogException if its key is unusable
	 */
	void refresh(ConsentBundle refreshed) {
		this.log.refresh(refreshed);
		this.bundle = refreshed;
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
		return this.closed.getCount() > 0;
	}

	/**
	 * If the last hold was just given up, waits until the log is closed, but not for
	 * ever.
	 */
	void awaitClosing() {
		try {
			if (this.holders.get() == 0 && !this.closed.await(LONGEST_CLOSING, TimeUnit.SECONDS)) {
				logger.warn("The audit log takes long to close");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
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
				this.closed.countDown();
			}
		}
	}

}
