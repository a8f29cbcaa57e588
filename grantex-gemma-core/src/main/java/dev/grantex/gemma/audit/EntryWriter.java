package dev.grantex.gemma.audit;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.audit.store.StoredChain;

/**
 * Gives entries their places in a stored chain and signs them, and keeps the outcomes
 * that could not be written: they come first of all once writing works again.
 * <p>
 * The mutex is held by the one that makes the log usable again and writes what was kept.
 * It is taken after that of counted denials and before those of the store (retention,
 * seal, the turn's), and no listener is called under it. Who appends holds the lock of
 * those under way, shared, before it; who closes waits for them before it takes the
 * mutex. What belongs to giving a place needs no mutex: the store asks for one at a time.
 */
final class EntryWriter {

	private final ReentrantLock mutex = new ReentrantLock();

	private final StampedLock underWay = new StampedLock();

	private final StoredChain chain;

	private final EntryFactory entries;

	private final Duration patience;

	private final KeptOutcomes kept;

	private final OpenIntents intents = new OpenIntents();

	private volatile @Nullable Told told;

	private volatile boolean closed;

	private boolean finished;

	/**
	 * A fault of the store, and as users know it.
	 */
	private record Told(StoreException fault, AuditLogException exception) {
	}

	/**
	 * Creates the writer of a chain's entries.
	 * @param patience how long a call waits at most for room
	 */
	EntryWriter(StoredChain chain, EntryFactory entries, Duration patience) {
		this.chain = chain;
		this.entries = entries;
		this.patience = patience;
		this.kept = new KeptOutcomes(entries.clock());
	}

	/**
	 * Why nothing can be written, or null. Waits for nobody and looks at nothing on disk.
	 */
	@Nullable AuditLogException fault() {
		if (this.closed) {
			return AuditLogException.of(Fault.CLOSED);
		}
		AuditLogException fault = told(this.chain.fault());
		boolean delayed = this.kept.size() > 0 && (fault == null || isFull(fault));
		return delayed ? AuditLogException.of(Fault.UNWRITABLE) : fault;
	}

	KeptOutcomes kept() {
		return this.kept;
	}

	EntryFactory entries() {
		return this.entries;
	}

	/**
	 * The calls under way behind the last entry that has a place. Only for whoever gives
	 * the next one.
	 */
	OpenIntents intents() {
		return this.intents;
	}

	/**
	 * Whether a new entry gets no place yet, because what was kept comes first.
	 * @throws AuditLogException if it gets none any more
	 */
	boolean mustWait() {
		if (this.closed) {
			throw AuditLogException.of(Fault.CLOSED);
		}
		return this.kept.size() > 0;
	}

	/**
	 * Appends an entry.
	 * @throws AuditLogException if it could not be written; it is not part of the chain
	 * then, but an outcome is kept to be written first of all later
	 */
	SignedAuditEntry append(EntryDraft draft) {
		if (this.closed) {
			throw AuditLogException.of(Fault.CLOSED);
		}
		PendingEntry pending = new PendingEntry(this, draft, null);
		long stamp = 0;
		try {
			stamp = this.underWay.readLock();
			while (!Stored.get(() -> this.chain.append(pending, pending.options()))) {
				locked(this::writeKept);
			}
			return pending.toEntry();
		}
		catch (RuntimeException | Error ex) {
			pending.refused(ex);
			writeKeptBehind(ex);
			throw ex;
		}
		finally {
			if (stamp != 0) {
				this.underWay.unlockRead(stamp);
			}
		}
	}

	/**
	 * What was kept has room reserved, also where there is none for what was refused.
	 */
	private void writeKeptBehind(Throwable refusal) {
		if (refusal instanceof AuditLogException known && isFull(known) && this.kept.size() > 0) {
			try {
				locked(this::writeKept);
			}
			catch (AuditLogException ex) {
				refusal.addSuppressed(ex);
			}
		}
	}

	/**
	 * Makes sure that an entry could be written now, after a failure by trying to undo
	 * it. One thread at a time tries: who comes meanwhile is refused.
	 * @param patience how long to wait for the thread that tries, if more is wanting than
	 * room, or that what was kept is written
	 * @throws AuditLogException if not
	 */
	void requireWritable(Duration patience) {
		if (!this.closed && this.kept.size() == 0 && this.chain.isWritable()) {
			return;
		}
		AuditLogException fault = Objects.requireNonNullElseGet(obstacle(), () -> AuditLogException.of(Fault.FULL));
		StoreException failure = this.chain.fault();
		boolean passing = !this.closed && (failure == null || failure.fault() == Fault.FULL);
		if (!tryLock(passing ? this.patience : patience)) {
			throw AuditLogException.of(fault);
		}
		try {
			restore();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * Writes what was kept and closes the chain. Closing again does nothing.
	 * @throws AuditLogException if something could not be written
	 */
	void close() {
		AuditLogException fault = fault();
		this.closed = true;
		// An outcome whose line fails now is kept, and written before the chain is
		// closed.
		this.underWay.unlockWrite(this.underWay.writeLock());
		locked(() -> {
			if (!this.finished) {
				this.finished = true;
				finish(fault);
			}
		});
	}

	private void finish(@Nullable AuditLogException fault) {
		try {
			writeKept();
		}
		catch (AuditLogException ex) {
			// It is told which ones are lost.
		}
		finally {
			try {
				Stored.run(this.chain::close);
			}
			finally {
				this.kept.reportLost();
			}
		}
		if (this.kept.size() > 0) {
			throw (fault != null) ? AuditLogException.of(fault) : AuditLogException.of(Fault.UNWRITABLE);
		}
	}

	/**
	 * A want of room, or of other evidence, keeps no outcome from being written.
	 */
	private void restore() {
		AuditLogException wanting = null;
		try {
			Stored.run(this.chain::requireWritable);
		}
		catch (AuditLogException ex) {
			wanting = ex;
		}
		writeKept();
		wanting = (wanting != null) ? wanting : fault();
		if (wanting != null) {
			throw AuditLogException.of(wanting);
		}
	}

	private void writeKept() {
		for (KeptOutcomes.Outcome next = this.kept.next(); next != null; next = this.kept.next()) {
			PendingEntry pending = new PendingEntry(this, next.draft(), next.timestamp());
			Stored.get(() -> this.chain.append(pending, pending.options()));
			this.kept.written(pending.toEntry());
		}
	}

	private @Nullable AuditLogException obstacle() {
		AuditLogException fault = fault();
		return (fault != null) ? fault : told(this.chain.obstacle());
	}

	/**
	 * The same as long as the fault is the same: denied calls, health and meters ask
	 * often.
	 */
	private @Nullable AuditLogException told(@Nullable StoreException fault) {
		if (fault == null) {
			return null;
		}
		Told known = this.told;
		if (known == null || known.fault() != fault) {
			known = new Told(fault, Stored.told(fault));
			this.told = known;
		}
		return known.exception();
	}

	/**
	 * Takes the mutex, or gives up after a while, or when the thread is interrupted,
	 * which it stays.
	 */
	private boolean tryLock(Duration longest) {
		try {
			return this.mutex.tryLock() || this.mutex.tryLock(longest.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private void locked(Runnable action) {
		this.mutex.lock();
		try {
			action.run();
		}
		finally {
			this.mutex.unlock();
		}
	}

	private static boolean isFull(AuditLogException fault) {
		return AuditLogException.LOG_FULL.equals(fault.reason());
	}

}
