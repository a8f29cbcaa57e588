package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Checkpoint;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.LogTimer;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * Keeps the seal of an open log up to date: at once for what must be durable, soon after
 * for what grows, and never while nothing changes. Safe for use by several threads.
 */
final class AuditSeal {

	private static final Log logger = LogFactory.getLog(AuditSeal.class);

	/**
	 * How many times longer than to the seal it takes until what failed is tried again.
	 */
	private static final int RETRY_PACE = 20;

	/** Taken after that of retention, and before the chain's turn. */
	private final Lock lock = new ReentrantLock();

	private final AtomicBoolean scheduled = new AtomicBoolean();

	private final AtomicBoolean retrying = new AtomicBoolean();

	private final LogLock witness;

	private final ChainWriter chain;

	private final ChainCodec codec;

	private final LogTimer timer;

	private final Duration pace;

	private final ThrottledLine unwritten;

	private final ThrottledLine rewritten;

	private SealFile file;

	private volatile SealRecord statement;

	private volatile @Nullable StoreException fault;

	/** After that the file may be another log's. */
	private boolean finished;

	/**
	 * Creates the seal of an open log.
	 * @param witness notes the generation
	 */
	AuditSeal(LogLock witness, ChainWriter chain, ChainCodec codec, LogTimer timer, FileStore.Settings settings,
			ChainOpening.Opened opened) {
		this.witness = witness;
		this.chain = chain;
		this.codec = codec;
		this.timer = timer;
		this.pace = settings.sealPace();
		this.unwritten = new ThrottledLine(logger, settings.clock());
		this.rewritten = new ThrottledLine(logger, settings.clock());
		this.file = opened.seal();
		this.statement = opened.statement();
	}

	SealRecord statement() {
		return this.statement;
	}

	@Nullable StoreException fault() {
		return this.fault;
	}

	/**
	 * Seals soon what has changed by now.
	 */
	void touch() {
		if (this.codec.hasSigner()) {
			plan(this.scheduled, this.pace);
		}
	}

	/**
	 * Makes sure, before something is appended, that the seal does not say that nothing
	 * will be.
	 */
	void open() {
		if (this.statement.checkpoint().closed()) {
			change((checkpoint) -> checkpoint.withClosed(false));
		}
	}

	/**
	 * Seals what has changed, at once.
	 */
	void write() {
		change(UnaryOperator.identity());
	}

	/**
	 * Writes what failed to be written.
	 */
	void recover() {
		if (this.fault != null) {
			write();
		}
	}

	/**
	 * Changes the statement, durably.
	 */
	void change(UnaryOperator<Checkpoint> change) {
		change(change, false);
	}

	/**
	 * Changes the statement, durably, so that no slot is left that another key than the
	 * present one has signed.
	 */
	void renew(UnaryOperator<Checkpoint> change) {
		change(change, true);
		change(UnaryOperator.identity(), true);
	}

	private void change(UnaryOperator<Checkpoint> change, boolean always) {
		this.lock.lock();
		try {
			requireUnfinished();
			SealRecord before = this.statement;
			SealRecord next = this.chain.sealed(before)
				.with((checkpoint) -> change.apply(checkpoint)
					.withClockFloor(this.codec.clockFloor(checkpoint.clockFloor())));
			if (always || !next.equals(before)) {
				write(next.withGeneration(before.generation() + 1));
			}
			this.fault = null;
		}
		catch (StoreException ex) {
			this.fault = ex;
			throw ex;
		}
		catch (GrantexGemmaException ex) {
			// The codec has no key any more.
			this.fault = StoreException.unwritable(ex);
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Makes the last statement.
	 * @param closed whether the log ends exactly with what is sealed
	 */
	void finish(boolean closed) {
		this.lock.lock();
		try {
			if (this.codec.hasSigner() && !this.finished) {
				change((checkpoint) -> checkpoint.withClosed(closed));
				// It tells what another package appends from an older copy of the seal.
				this.witness.force();
			}
		}
		catch (IOException ex) {
			logger.debug("The seal's generation could not be forced", ex);
		}
		finally {
			this.finished = true;
			this.lock.unlock();
		}
	}

	private void requireUnfinished() {
		if (this.finished) {
			throw StoreException.closed();
		}
	}

	/**
	 * Gives the file another name, which must be free.
	 */
	void moveTo(Path target) throws IOException {
		this.lock.lock();
		try {
			requireUnfinished();
			if (!this.file.path().equals(target)) {
				PrivateFiles.rename(this.file.path(), target);
			}
			PrivateFiles.forceDirectoryOf(target);
		}
		finally {
			if (!PrivateFiles.exists(this.file.path()) && PrivateFiles.exists(target)) {
				this.file = new SealFile(target);
			}
			this.lock.unlock();
		}
	}

	private void write(SealRecord next) {
		if (this.file.write(next, this.codec)) {
			this.rewritten.warn(() -> "The audit log's seal was removed while the log was open; it was written again",
					null);
		}
		this.statement = next;
		try {
			this.witness.note(next.generation());
		}
		catch (IOException ex) {
			// The note may lag behind: it shows an older copy of the seal, nothing else.
			logger.debug("The seal's generation could not be noted", ex);
		}
	}

	private void plan(AtomicBoolean planned, Duration delay) {
		if (planned.compareAndSet(false, true)) {
			this.timer.after(delay, () -> {
				planned.set(false);
				sealNow();
			});
		}
	}

	private void sealNow() {
		boolean first = this.fault == null;
		try {
			write();
		}
		catch (StoreException ex) {
			if (ex.fault() == Fault.CLOSED) {
				return;
			}
			if (first) {
				this.unwritten.warn(() -> "The audit log's seal could not be written (" + ex.reason() + ")", null);
			}
			// Nobody may call any more, because calls are denied.
			plan(this.retrying, this.pace.multipliedBy(RETRY_PACE));
		}
	}

}
