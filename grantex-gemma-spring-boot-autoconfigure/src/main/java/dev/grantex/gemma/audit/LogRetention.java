package dev.grantex.gemma.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Deletes closed files whose entries the service has, once they are old enough or in the
 * way of further entries. What the service does not have is never deleted. That something
 * cannot be deleted is no fault of the log. Safe for use by several threads.
 */
final class LogRetention {

	private static final Log logger = LogFactory.getLog(LogRetention.class);

	private final ReentrantLock lock = new ReentrantLock();

	private final DeliveredFiles.Parts parts;

	private final LogSettings settings;

	private final RetentionPeriod period;

	private final DeliveredFiles delivered;

	private volatile int sweeps;

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
	LogRetention(DeliveredFiles.Parts parts, LogSettings settings, ClockFloor floor, boolean active) {
		this.parts = parts;
		this.settings = settings;
		this.period = new RetentionPeriod(settings.retention(), settings.clock(), floor);
		this.delivered = new DeliveredFiles(parts, this.period);
		this.active = active;
	}

	/**
	 * Deletes what may go, and finds out how much room there is.
	 */
	void sweep() {
		locked(this::sweepNow);
	}

	/**
	 * Deletes the seals and locks of replaced chains that nothing else is left of, and
	 * whose bundles nobody can ask for any more.
	 * @param stored whether a bundle is still stored
	 */
	void forgetReplaced(Predicate<String> stored) {
		locked(() -> {
			if (this.active && !this.closed && !isInDoubt()) {
				attempt(() -> {
					LogDirectory directory = LogDirectory.read(this.parts.names());
					replacedChains(directory).forEach((chain) -> attempt(() -> chain.forget(stored)));
				});
			}
		});
	}

	/**
	 * Does the same after the service has accepted entries, and lets the log go on that
	 * was full.
	 */
	void sweepAfterUpload() {
		locked(this::sweepNow);
		if (AuditLogException.LOG_FULL.equals(this.parts.chain().failure())) {
			try {
				this.parts.chain().requireWritable();
			}
			catch (AuditLogException ex) {
				logger.debug("There is still no room in the audit log", ex);
			}
		}
	}

	/**
	 * Does the same if there is no room for calls, once for all that wait for it. Cheap
	 * as long as there is room.
	 */
	void makeRoom() {
		if (this.parts.room().isExhausted(this.parts.chain().size())) {
			int before = this.sweeps;
			locked(() -> {
				if (this.sweeps == before) {
					sweepNow();
				}
			});
		}
	}

	/**
	 * Leaves the active file, and what stands beside it, to the next bundle's log.
	 */
	void retire() {
		locked(() -> this.active = false);
	}

	/**
	 * Deletes nothing any more. Waits for what is being deleted.
	 */
	void close() {
		locked(() -> this.closed = true);
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
		attempt(() -> {
			LogDirectory directory = LogDirectory.read(this.parts.names());
			measure(directory);
			if (this.active) {
				sweepReplaced(directory);
				measure(directory);
			}
			if (this.parts.entries().hasSigner()) {
				attempt(() -> sweepOwn(directory));
				measure(directory);
			}
		});
		this.sweeps++;
	}

	/**
	 * Whether files may yet be evidence of what happened to the log.
	 */
	private boolean isInDoubt() {
		return AuditLogException.LOG_CORRUPTED.equals(this.parts.chain().failure())
				|| this.parts.seal().statement().damagedAt() > 0;
	}

	private void measure(LogDirectory directory) {
		long start = this.parts.seal().statement().start().sequence();
		this.parts.room().setOthers(directory.lengthBeside(ownName(), start, this.active));
	}

	private void sweepOwn(LogDirectory directory) throws IOException {
		this.delivered.deleteLeftovers(directory);
		measure(directory);
		this.delivered.deleteDue(directory);
		boolean closeable = this.active && this.settings.rotateOnSize();
		if (closeable && this.parts.room().isNearlyExhausted(this.parts.chain().size())
				&& this.delivered.closeCurrent()) {
			this.delivered.deleteDue(directory);
		}
	}

	private void sweepReplaced(LogDirectory directory) {
		replacedChains(directory)
			.forEach((chain) -> attempt(() -> chain.delete(this.period, directory, () -> isExcessive(directory))));
	}

	/**
	 * What replaced bundles left, if the service has it, oldest first.
	 */
	private List<ReplacedChain> replacedChains(LogDirectory directory) {
		List<ReplacedChain> chains = new ArrayList<>();
		for (String name : directory.chains()) {
			ReplacedChain chain = new ReplacedChain(this.parts.names(), name, directory.closed(name));
			attempt(() -> {
				if (!name.equals(ownName()) && chain.isDelivered()) {
					chains.add(chain);
				}
			});
		}
		chains.sort(Comparator.comparing(ReplacedChain::oldest));
		return chains;
	}

	private interface Action {

		void run() throws IOException;

	}

	private void attempt(Action action) {
		try {
			action.run();
		}
		catch (IOException | RuntimeException ex) {
			report(ex);
		}
	}

	private boolean isExcessive(LogDirectory directory) {
		measure(directory);
		return this.parts.room().excess(this.parts.chain().size()) > 0;
	}

	private String ownName() {
		return this.parts.names().prefix(this.parts.grantId());
	}

	private void report(Exception ex) {
		if (!this.failed && !this.reported) {
			logger.warn("Closed files of the audit log that are no longer needed could not be deleted yet", ex);
		}
		this.failed = true;
	}

}
