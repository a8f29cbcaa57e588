package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.AppendOption;
import dev.grantex.gemma.audit.store.ChainView;
import dev.grantex.gemma.audit.store.Checkpoint;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.Linking;
import dev.grantex.gemma.audit.store.LogTimer;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.audit.store.StoredChain;

/**
 * A chain that rests in files and is open: its writer, its seal, and the deletion of what
 * need not be kept. Safe for use by several threads; the order of its locks is that of
 * retention, that of the seal, the writer's mutex.
 */
final class FileChain implements StoredChain {

	private static final Log logger = LogFactory.getLog(FileChain.class);

	private final LogLocks locks;

	private final ChainFiles own;

	private final LogFiles files;

	private final List<Long> damages;

	private final UndeliveredFiles undelivered;

	private final ChainWriter writer;

	private final AuditSeal seal;

	private final LogRetention retention;

	private final LogTimer timer = new LogTimer("grantex-audit-log");

	private final AtomicBoolean closed = new AtomicBoolean();

	private final AtomicBoolean sweepPlanned = new AtomicBoolean();

	private final ThrottledLine unsealed;

	FileChain(FileStore.Settings settings, ChainFiles own, LogLocks locks, ChainOpening.Opened opened) {
		this.locks = locks;
		this.own = own;
		this.files = opened.files();
		this.damages = opened.found().damages();
		LogRoom room = new LogRoom(settings);
		this.undelivered = new UndeliveredFiles(this.files, () -> checkpoint().synchronizedThrough(), settings.clock());
		this.writer = new ChainWriter(this.files, room, this.undelivered, settings.clock());
		this.seal = new AuditSeal(locks.chain(), this.writer, own.codec(), this.timer, settings, opened);
		this.retention = new LogRetention(new RetentionSweep.Parts(own, this.files, this.writer, this.seal, room),
				settings, locks.hasActive());
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

	@Override
	public Head head() {
		return this.writer.end().head();
	}

	@Override
	public List<Long> damages() {
		return this.damages;
	}

	@Override
	public Checkpoint checkpoint() {
		return this.seal.statement().checkpoint();
	}

	@Override
	public @Nullable StoreException fault() {
		StoreException fault = this.writer.fault();
		return (fault != null) ? fault : this.seal.fault();
	}

	@Override
	public @Nullable StoreException obstacle() {
		StoreException fault = fault();
		return (fault != null) ? fault : this.writer.obstacle();
	}

	@Override
	public boolean isWritable() {
		return !checkpoint().closed() && obstacle() == null;
	}

	@Override
	public void requireWritable() {
		this.seal.open();
		makeRoom();
		this.writer.requireWritable();
		this.seal.recover();
	}

	@Override
	public boolean append(Linking linking, Set<AppendOption> options) {
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

	@Override
	public long rekey(Runnable change) {
		return this.writer.between(change);
	}

	@Override
	public void change(UnaryOperator<Checkpoint> change) {
		this.seal.change(change);
	}

	@Override
	public void reseal(UnaryOperator<Checkpoint> change) {
		this.seal.renew(change);
	}

	@Override
	public void touch() {
		this.seal.touch();
	}

	@Override
	public void condemn(long sequence) {
		this.writer.condemn();
		this.seal.change((checkpoint) -> checkpoint.withDamagedAt(sequence));
	}

	@Override
	public boolean holds(long sequence) {
		return sequence < this.writer.openFrom() && reader().holds(sequence, this.own.codec());
	}

	@Override
	public ChainView view() {
		return reader().view();
	}

	private LogReader reader() {
		return new LogReader(this.writer, this.files, this.undelivered);
	}

	@Override
	public void requireUndelivered() {
		this.writer.requireUndelivered();
	}

	@Override
	public void sweep() {
		this.retention.sweepAfterUpload();
	}

	@Override
	public void noteAccepted(Map<String, Long> accepted) {
		this.retention.noteAccepted(accepted);
	}

	@Override
	public void forget(Predicate<String> stored) {
		this.retention.forgetReplaced(stored);
	}

	@Override
	public void leave() {
		if (this.writer.is(Fault.CLOSED)) {
			throw StoreException.closed();
		}
		this.retention.retire();
		this.writer.exclusively(() -> {
			this.files.retire();
			return this.files;
		});
		try {
			this.seal.moveTo(this.own.seal());
			this.locks.releaseActive();
		}
		catch (IOException ex) {
			throw StoreException.unwritable(ex);
		}
	}

	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		try (LogLocks releasedLast = this.locks; LogFiles closedBefore = this.files) {
			this.timer.close();
			this.retention.close();
			this.seal.finish(this.writer.finish());
		}
		catch (IOException ex) {
			throw StoreException.unwritable(ex);
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
			if (this.writer.end().segment() != sealed.segment()) {
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
		catch (StoreException ex) {
			this.unsealed.warn(() -> "The audit log's seal could not be written (" + ex.reason() + ")", null);
		}
		catch (RuntimeException | OutOfMemoryError ex) {
			this.unsealed.warn(() -> "The audit log's seal could not be written", ex);
		}
	}

}
