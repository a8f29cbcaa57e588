package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.file.Uninterrupted;

/**
 * Deletes closed files whose entries the service has, once they are old enough or in the
 * way of further entries. What the service does not have is never deleted. That something
 * cannot be deleted is no fault of the log. Safe for use by several threads.
 */
final class LogRetention {

	private static final Log logger = LogFactory.getLog(LogRetention.class);

	/** How soon who waits for room sees what the sweep of another has made. */
	private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

	/** Taken before the seal's lock and the chain's turn, and never under one of them. */
	private final ReentrantLock lock = new ReentrantLock();

	private final RetentionSweep.Parts parts;

	private final FileStore.Settings settings;

	private final ThrottledLine undeleted;

	private volatile Map<String, Long> accepted = Map.of();

	private volatile int sweeps;

	/**
	 * Whether the sweep under way is to end soon, because somebody waits for the lock.
	 */
	private volatile boolean unwelcome;

	/** When the present sweep is to end, by the system's timer, if it must. */
	private @Nullable Long deadline;

	private boolean active;

	private boolean closed;

	/** Whether something could not be deleted in the present sweep. */
	private boolean failed;

	/** Whether that was so in the sweep before. */
	private boolean reported;

	/**
	 * Creates the retention of a log.
	 * @param active whether the log has the active file
	 */
	LogRetention(RetentionSweep.Parts parts, FileStore.Settings settings, boolean active) {
		this.parts = parts;
		this.settings = settings;
		this.undeleted = new ThrottledLine(logger, settings.clock());
		this.active = active;
	}

	/**
	 * Deletes what may go, and finds out how much room there is, and whether what may not
	 * go is there.
	 */
	void sweep() {
		locked(this::sweepNow);
		try {
			this.parts.chain().requireUndelivered();
		}
		catch (StoreException ex) {
			logger.debug("Closed files of the audit log are not what they were", ex);
		}
	}

	void noteAccepted(Map<String, Long> accepted) {
		this.accepted = Map.copyOf(accepted);
	}

	/**
	 * Deletes the seals and locks of former chains that nothing else is left of, and
	 * whose bundles nobody can ask for any more.
	 */
	void forgetReplaced(Predicate<String> stored) {
		locked(() -> {
			if (this.active && !this.closed && !isInDoubt()) {
				attempt(() -> RetentionSweep.of(this.parts, this, true)
					.formerChains(this.accepted)
					.forEach((chain) -> attempt(() -> chain.forget(stored))));
			}
		});
	}

	/**
	 * Does the same after the service has accepted entries, and lets the log go on that
	 * was full.
	 */
	void sweepAfterUpload() {
		locked(this::sweepNow);
		if (this.parts.chain().is(Fault.FULL)) {
			try {
				this.parts.chain().requireWritable();
			}
			catch (StoreException ex) {
				logger.debug("There is still no room in the audit log", ex);
			}
		}
	}

	/**
	 * Whether there is no room for calls. Asks the disk for its room, and looks at
	 * nothing else.
	 */
	boolean isNeeded() {
		return this.parts.room().isWanting(this.parts.chain().size());
	}

	/**
	 * Does the same if there is no room for calls, once for all that wait for it, who
	 * wait until there is room, and not for ever. Cheap as long as there is room.
	 * @return whether nothing is left to be deleted, or nothing needs to be
	 */
	boolean makeRoom() {
		int before = this.sweeps;
		long end = System.nanoTime() + this.settings.patience().toNanos();
		while (isNeeded() && this.sweeps == before) {
			long left = end - System.nanoTime();
			if (Uninterrupted.tryLock(this.lock, Duration.ofNanos(Math.min(left, LOOK_AGAIN.toNanos())))) {
				return Uninterrupted.get(() -> sweepUntil(end, before));
			}
			if (left <= 0 || Thread.currentThread().isInterrupted()) {
				return false;
			}
		}
		return true;
	}

	private boolean sweepUntil(long end, int before) {
		try {
			this.deadline = end;
			if (this.sweeps == before) {
				sweepNow();
			}
			return !isOver();
		}
		finally {
			this.deadline = null;
			this.lock.unlock();
		}
	}

	/**
	 * Whether what was written at a moment need not be kept any longer. A clock that
	 * stands too early keeps it longer.
	 */
	boolean isOld(Instant written) {
		Instant now = this.parts.own().codec().bounded(this.settings.clock().instant());
		return Duration.between(written, now).compareTo(this.settings.retention()) > 0;
	}

	/**
	 * Whether what is left must wait.
	 */
	boolean isOver() {
		Long end = this.deadline;
		return this.unwelcome || (end != null && System.nanoTime() - end > 0);
	}

	/**
	 * Leaves the active file, and what stands beside it, to the next bundle's log. Waits
	 * for the file that is being deleted, not for all.
	 */
	void retire() {
		withoutSweep(() -> this.active = false);
	}

	/**
	 * Deletes nothing any more. Waits for the file that is being deleted, not for all.
	 */
	void close() {
		withoutSweep(() -> this.closed = true);
	}

	private void withoutSweep(Runnable action) {
		this.unwelcome = true;
		locked(() -> {
			this.unwelcome = false;
			action.run();
		});
	}

	private void locked(Runnable action) {
		Uninterrupted.get(() -> {
			this.lock.lock();
			try {
				action.run();
				return this;
			}
			finally {
				this.lock.unlock();
			}
		});
	}

	private void sweepNow() {
		if (this.closed || isInDoubt()) {
			return;
		}
		this.reported = this.failed;
		this.failed = false;
		// What is accepted meanwhile waits, or the current chain would go before others.
		long accepted = this.parts.seal().statement().synchronizedThrough();
		attempt(() -> {
			RetentionSweep sweep = RetentionSweep.of(this.parts, this, this.active);
			sweep.measure();
			boolean room = this.active && sweep.sweepFormer(this.accepted);
			sweep.measure();
			if (this.parts.own().codec().hasSigner()) {
				boolean closeable = this.active && this.settings.rotateOnSize();
				attempt(() -> sweep.sweepOwn(accepted, room, closeable));
				sweep.measure();
			}
		});
		this.parts.room().disk().swept();
		this.sweeps++;
	}

	/**
	 * Whether files may yet be evidence of what happened to the log.
	 */
	private boolean isInDoubt() {
		return this.parts.chain().is(Fault.CORRUPTED) || this.parts.seal().statement().checkpoint().damagedAt() > 0;
	}

	/**
	 * Tries something that may fail without a fault of the log.
	 */
	void attempt(Uninterrupted.Operation action) {
		try {
			action.run();
		}
		catch (IOException | RuntimeException ex) {
			report(ex);
		}
	}

	private void report(Exception ex) {
		if (!this.failed && !this.reported) {
			this.undeleted
				.warn(() -> "Closed files of the audit log that are no longer needed could not be deleted yet", ex);
		}
		this.failed = true;
	}

}
