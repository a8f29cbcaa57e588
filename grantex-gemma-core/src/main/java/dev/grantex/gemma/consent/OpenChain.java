package dev.grantex.gemma.consent;

import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
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

	/** What does not pass by itself. */
	private static final Set<String> HOPELESS = Set.of(AuditLogException.LOG_CORRUPTED, AuditLogException.LOG_CLOSED,
			AuditLogException.KEY_UNUSABLE);

	private final OfflineAuditLog log;

	/** One for the owner, one for each call under way. */
	private final AtomicInteger holders = new AtomicInteger(1);

	/** Those of the calls that are not about to end, because they were permitted. */
	private final AtomicInteger permitted = new AtomicInteger();

	private final RunningCalls calls = new RunningCalls();

	private final ThrottledLine owing = new ThrottledLine(logger);

	/** Whether the log stays open for what could not be written to it. */
	private volatile boolean patient;

	private final ReentrantLock closing = new ReentrantLock();

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

	ConsentBundle bundle() {
		return this.bundle;
	}

	RunningCalls calls() {
		return this.calls;
	}

	/**
	 * Whether the log goes on under just this form of a bundle.
	 */
	boolean isOf(ConsentBundle other) {
		return BundleCheck.isSame(other, this.bundle);
	}

	/**
	 * Goes on under the refreshed form of the bundle.
	 * @return the first sequence number that is signed with its key
	 * @throws AuditLogException if its key is unusable
	 */
	long refresh(ConsentBundle refreshed) {
		long first = this.log.refresh(refreshed);
		this.bundle = refreshed;
		return first;
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

	boolean isIdle() {
		return this.holders.get() <= 1;
	}

	void permit() {
		this.permitted.incrementAndGet();
	}

	void releasePermitted() {
		this.permitted.decrementAndGet();
		release();
	}

	/**
	 * Whether no outcome will be appended any more if no further call is permitted: no
	 * call that was is under way, and there are no outcomes that could not be written but
	 * still can be some day. Calls that are denied come all the time, as somebody may
	 * like, and end by themselves.
	 */
	boolean isSettled() {
		// First: outcomes are kept before a call gives up its permit.
		if (this.permitted.get() > 0) {
			return false;
		}
		try {
			if (this.log.unwritten() > 0) {
				this.log.checkWritable();
			}
			return true;
		}
		catch (AuditLogException ex) {
			return HOPELESS.contains(ex.reason());
		}
	}

	boolean isOpen() {
		return this.closed.getCount() > 0;
	}

	/**
	 * If the last hold was just given up, waits until the log is closed, but not for
	 * ever.
	 */
	void awaitClosing() {
		if (this.holders.get() == 0) {
			awaitClosed();
		}
	}

	/**
	 * The same if no hold is left but those of calls that are denied.
	 */
	void awaitDenials() {
		if (this.permitted.get() == 0) {
			awaitClosed();
		}
	}

	private void awaitClosed() {
		try {
			if (!this.closed.await(LONGEST_CLOSING, TimeUnit.SECONDS)) {
				logger.warn("The audit log takes long to close");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Leaves the active file's name to the next bundle's log. If that fails, the next log
	 * takes the name when it opens. From now on the log stays open as long as it owes an
	 * outcome that can still be written.
	 */
	void leave() {
		this.patient = true;
		try {
			this.log.retire();
		}
		catch (AuditLogException ex) {
			logger.warn("The replaced bundle's audit log could not be closed off yet (" + ex.reason() + ")");
		}
	}

	/**
	 * Waits no longer to write what could not be written, but for calls under way.
	 */
	void leaveForGood() {
		this.patient = false;
		closeIfUnused();
	}

	/**
	 * Tries to write what could not be written.
	 * @return why that is not possible now, or null if nothing is owed any more, or never
	 * can be written
	 */
	@Nullable DenialReason settle() {
		if (owed() != null) {
			try {
				this.log.checkWritable();
			}
			catch (AuditLogException ex) {
				this.owing.debug(() -> "An outcome on a replaced bundle's audit log cannot be written yet", ex);
			}
		}
		closeIfUnused();
		return owed();
	}

	/**
	 * Why outcomes could not be written that still can be some day, or null if there are
	 * none.
	 */
	@Nullable DenialReason owed() {
		String fault = (this.patient && isOpen() && this.log.unwritten() > 0) ? this.log.failure() : null;
		return (fault == null || HOPELESS.contains(fault)) ? null : StateTable.denialByLogFault(fault);
	}

	/**
	 * Gives up one hold; the last one closes the log. Acknowledged entries are durable by
	 * then, so the caller has nothing to do about a failure.
	 */
	void release() {
		if (this.holders.decrementAndGet() == 0) {
			closeIfUnused();
		}
	}

	/**
	 * Waits for nobody: who is here already looks again before it leaves.
	 */
	private void closeIfUnused() {
		while (isUnused() && this.closing.tryLock()) {
			try {
				if (isUnused()) {
					close();
				}
			}
			finally {
				this.closing.unlock();
			}
		}
	}

	private boolean isUnused() {
		return isOpen() && this.holders.get() == 0 && owed() == null;
	}

	private void close() {
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
