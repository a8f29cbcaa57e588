package dev.grantex.gemma.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.AppendOption;
import dev.grantex.gemma.audit.store.Checkpoint;
import dev.grantex.gemma.audit.store.Linking;

/**
 * A chain that rests in files and is open: its writer, its seal, and the deletion of what
 * need not be kept. Safe for use by several threads; the order of its locks is that of
 * retention, that of the seal, the writer's mutex.
 */
final class FileChain implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(FileChain.class);

	private final LogLocks locks;

	private final ChainFiles own;

	private final LogFiles files;

	private final ChainRecovery.Found found;

	private final UndeliveredFiles undelivered;

	private final ChainWriter writer;

	private final AuditSeal seal;

	private final LogRetention retention;

	private final LogTimer timer = new LogTimer();

	private final AtomicBoolean sweepPlanned = new AtomicBoolean();

	private final ThrottledLine unsealed;

	FileChain(LogSettings settings, ChainFiles own, LogLocks locks, ClockFloor floor, ChainOpening.Opened opened) {
		this.locks = locks;
		this.own = own;
		this.files = opened.files();
		this.found = opened.found();
		LogRoom room = new LogRoom(settings);
		this.undelivered = new UndeliveredFiles(this.files, () -> checkpoint().synchronizedThrough(), settings.clock());
		this.writer = new ChainWriter(this.files, room, this.undelivered, settings.clock());
		this.seal = new AuditSeal(new AuditSeal.Parts(locks.chain(), this.writer, own.codec(), this.timer,
				settings.sealPace(), settings.clock()), opened.seal(), opened.statement());
		this.retention = new LogRetention(new RetentionSweep.Parts(own, this.files, this.writer, this.seal, room),
				settings, () -> floor.bounded(settings.clock().instant()), own.codec()::hasSigner, locks.hasActive());
		this.unsealed = new ThrottledLine(logger, settings.clock());
	}

	/**
	 * Seals what was found, and deletes what need not be kept. If the former fails the
	 * chain is not open.
	 * @param onlyToRead whether nothing may ever be appended
	 */
	void begin(boolean onlyToRead) throws IOException {
		try {
			if (this.own.codec().hasSigner() && !onlyToRead) {
				this.seal.change((checkpoint) -> checkpoint.withClosed(false).withDamagedAt(0));
			}
		}
		catch (RuntimeException ex) {
			this.timer.close();
			this.files.close();
			throw ex;
		}
		this.retention.sweep();
	}

	ChainRecovery.Found found() {
		return this.found;
	}

	/**
	 * Where the chain ends, as far as it was acknowledged.
	 */
	LogEnd end() {
		return this.writer.end();
	}

	/**
	 * What is remembered of the chain durably.
	 */
	Checkpoint checkpoint() {
		return this.seal.statement().checkpoint();
	}

	/**
	 * Why nothing can be written, or null. Looks at nothing on disk.
	 */
	@Nullable AuditLogException fault() {
		AuditLogException fault = this.writer.fault();
		return (fault != null) ? fault : this.seal.fault();
	}

	/**
	 * Why nothing can be written, or why there is no room for it, or null.
	 */
	@Nullable AuditLogException obstacle() {
		AuditLogException fault = fault();
		return (fault != null) ? fault : this.writer.obstacle();
	}

	/**
	 * Whether nothing is known that keeps a line from being written now. Waits for
	 * nobody.
	 */
	boolean isWritable() {
		return !checkpoint().closed() && obstacle() == null;
	}

	/**
	 * Makes sure that a line could be written now, after a failure by trying to undo it.
	 * @throws AuditLogException if not
	 */
	void requireWritable() {
		this.seal.open();
		makeRoom();
		this.writer.requireWritable();
		this.seal.recover();
	}

	/**
	 * Appends a line, and keeps the seal behind it. What has room reserved waits for no
	 * deletion.
	 * @return whether the linking has made one
	 * @throws AuditLogException if it could not be written; it is not part of the chain
	 * then
	 */
	boolean append(Linking linking, Set<AppendOption> options) {
		this.seal.open();
		if (!options.contains(AppendOption.RESERVED)) {
			makeRoom();
		}
		else if (this.retention.isNeeded()) {
			sweepLater();
		}
		boolean appended = this.writer.append(linking, options);
		if (appended) {
			seal();
		}
		return appended;
	}

	/**
	 * Changes something that lines are made with, between two of them.
	 * @return the sequence number of the first line after the change
	 */
	long rekey(Runnable change) {
		return this.writer.between(change);
	}

	/**
	 * Changes what is remembered of the chain, durably.
	 * @throws AuditLogException if it could not be written; it stays as it was then
	 */
	void change(UnaryOperator<Checkpoint> change) {
		this.seal.change(change);
	}

	/**
	 * Changes what is remembered of the chain, durably, so that nothing is left that a
	 * former key has signed.
	 * @throws AuditLogException if it could not be written
	 */
	void reseal(UnaryOperator<Checkpoint> change) {
		this.seal.renew(change);
	}

	/**
	 * Remembers soon that the clock's floor has changed.
	 */
	void touch() {
		this.seal.touch();
	}

	/**
	 * Refuses further lines for good, also when the chain is opened again: an entry that
	 * the service does not have yet was found damaged.
	 * @param sequence the entry
	 */
	void condemn(long sequence) {
		this.writer.condemn();
		this.seal.change((checkpoint) -> checkpoint.withDamagedAt(sequence));
	}

	/**
	 * Whether an entry that was found damaged is what it should be when it is read again,
	 * because its file was replaced while it was read. The open file never is.
	 * @throws AuditLogException if it cannot be read now
	 */
	boolean holds(long sequence) {
		return sequence < this.writer.openFrom() && reader().holds(sequence, this.own.codec());
	}

	LogReader reader() {
		return new LogReader(this.writer, this.files, this.undelivered);
	}

	/**
	 * Makes sure that the closed files that the service does not have are what they were.
	 * @throws AuditLogException if they are not
	 */
	void requireUndelivered() {
		this.writer.requireUndelivered();
	}

	LogRetention retention() {
		return this.retention;
	}

	/**
	 * Gives up the active names.
	 */
	void leave() {
		if (AuditLogException.LOG_CLOSED.equals(this.writer.failure())) {
			throw AuditLogException.closed();
		}
		this.retention.retire();
		this.writer.exclusively(() -> {
			this.files.retire();
			return this.files;
		});
		try {
			this.seal.moveTo(new SealFile(this.own.seal()));
			this.locks.releaseActive();
		}
		catch (IOException ex) {
			throw AuditLogException.unwritable(ex);
		}
	}

	/**
	 * Forces and seals what was appended and gives up the files.
	 */
	@Override
	public void close() {
		try (LogLocks releasedLast = this.locks; LogFiles closedBefore = this.files) {
			this.timer.close();
			this.retention.close();
			this.seal.finish(this.writer.finish());
		}
		catch (IOException ex) {
			throw AuditLogException.unwritable(ex);
		}
	}

	private void makeRoom() {
		if (!this.retention.makeRoom()) {
			sweepLater();
		}
	}

	private void sweepLater() {
		if (this.sweepPlanned.compareAndSet(false, true)) {
			this.timer.after(Duration.ZERO, () -> {
				this.sweepPlanned.set(false);
				this.retention.sweep();
			});
		}
	}

	/**
	 * The line is acknowledged: whoever appended it must not take it for lost because the
	 * seal lags behind.
	 */
	private void seal() {
		try {
			LogEnd sealed = this.seal.statement().end();
			if (end().segment() != sealed.segment()) {
				this.seal.write();
				sweepLater();
			}
			else if (this.writer.isUndone(sealed.head().sequence())) {
				this.seal.write();
			}
			else {
				this.seal.touch();
			}
		}
		catch (AuditLogException ex) {
			this.unsealed.warn(() -> "The audit log's seal could not be written (" + ex.reason() + ")", null);
		}
	}

}
