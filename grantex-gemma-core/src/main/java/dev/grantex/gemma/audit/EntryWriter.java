package dev.grantex.gemma.audit;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.AppendOption;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.Line;
import dev.grantex.gemma.audit.store.Linking;
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

	private final ReadWriteLock underWay = new ReentrantReadWriteLock();

	private final StoredChain chain;

	private final EntryFactory entries;

	private final Duration patience;

	private final KeptOutcomes outcomes;

	/** The calls under way behind the last entry that has a place. */
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
		this.outcomes = new KeptOutcomes(entries.clock());
	}

	/**
	 * Why nothing can be written, or null. Waits for nobody and looks at nothing on disk.
	 */
	@Nullable AuditLogException fault() {
		if (this.closed) {
			return AuditLogException.closed();
		}
		AuditLogException fault = told(this.chain.fault());
		boolean kept = unwritten() > 0 && (fault == null || isFull(fault));
		return kept ? AuditLogException.unwritable(null) : fault;
	}

	/**
	 * How many outcomes wait to be written.
	 */
	int unwritten() {
		return this.outcomes.size();
	}

	/**
	 * Takes an outcome that could not be written when it was appended, and was now.
	 */
	@Nullable SignedAuditEntry pollKept() {
		return this.outcomes.pollWritten();
	}

	/**
	 * Appends an entry.
	 * @throws AuditLogException if it could not be written; it is not part of the chain
	 * then, but an outcome is kept to be written first of all later
	 */
	SignedAuditEntry append(EntryDraft draft) {
		if (this.closed) {
			throw AuditLogException.closed();
		}
		Placing placing = new Placing(draft, null);
		this.underWay.readLock().lock();
		try {
			while (!Stored.get(() -> this.chain.append(placing, placing.options()))) {
				locked(this::writeKept);
			}
			return placing.entry();
		}
		catch (RuntimeException | Error ex) {
			placing.refused(ex);
			writeKeptBehind(ex);
			throw ex;
		}
		finally {
			this.underWay.readLock().unlock();
		}
	}

	/**
	 * What was kept has room reserved, also where there is none for what was refused.
	 */
	private void writeKeptBehind(Throwable refusal) {
		if (refusal instanceof AuditLogException known && isFull(known) && unwritten() > 0) {
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
	 * room
	 * @throws AuditLogException if not
	 */
	void requireWritable(Duration patience) {
		if (!this.closed && unwritten() == 0 && this.chain.isWritable()) {
			return;
		}
		AuditLogException fault = Objects.requireNonNullElseGet(obstacle(), AuditLogException::full);
		if (!tryLock(isFull(fault) ? this.patience : patience)) {
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
		awaitUnderWay();
		locked(() -> {
			if (!this.finished) {
				this.finished = true;
				finish(fault);
			}
		});
	}

	/**
	 * An outcome whose line fails now is kept, and written before the chain is closed.
	 */
	private void awaitUnderWay() {
		this.underWay.writeLock().lock();
		this.underWay.writeLock().unlock();
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
				this.outcomes.reportLost();
			}
		}
		if (unwritten() > 0) {
			throw (fault != null) ? AuditLogException.of(fault) : AuditLogException.unwritable(null);
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
		for (KeptOutcomes.Outcome next = this.outcomes.next(); next != null; next = this.outcomes.next()) {
			Placing placing = new Placing(next.draft(), next.timestamp());
			Stored.get(() -> this.chain.append(placing, placing.options()));
			this.outcomes.written(placing.entry());
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

	/**
	 * An entry that gets its place.
	 */
	private final class Placing implements Linking {

		private final EntryDraft draft;

		/** When an outcome was appended that could not be written then. */
		private final @Nullable String before;

		private @Nullable PendingEntry entry;

		/** Whether the calls under way are others since the entry has its place. */
		private boolean noted;

		private Placing(EntryDraft draft, @Nullable String before) {
			this.draft = draft;
			this.before = before;
		}

		private Set<AppendOption> options() {
			return switch (this.draft.kind()) {
				case RECORD -> EnumSet.noneOf(AppendOption.class);
				case INTENT -> EnumSet.of(AppendOption.FORCED);
				case OUTCOME -> EnumSet.of(AppendOption.RESERVED);
			};
		}

		private SignedAuditEntry entry() {
			return Objects.requireNonNull(this.entry).toEntry();
		}

		@Override
		public int length() {
			return this.draft.length();
		}

		@Override
		public @Nullable Line after(Head last) {
			if (this.before == null && EntryWriter.this.closed) {
				throw AuditLogException.closed();
			}
			if (this.before == null && unwritten() > 0) {
				return null;
			}
			EntrySigner signer = EntryWriter.this.entries.codec().signer();
			String timestamp = (this.before != null) ? this.before : EntryWriter.this.entries.timestamp();
			this.noted = EntryWriter.this.intents.note(last.sequence() + 1, this.draft);
			try {
				long oldest = EntryWriter.this.intents.oldest();
				this.entry = new PendingEntry(this.draft, timestamp, last, oldest, signer);
				return this.entry;
			}
			catch (RuntimeException | Error ex) {
				forget(last.sequence() + 1);
				throw ex;
			}
		}

		@Override
		public void undone() {
			PendingEntry placed = Objects.requireNonNull(this.entry);
			forget(placed.head().sequence());
			keep(placed.timestamp());
		}

		private void forget(long sequence) {
			if (this.noted) {
				EntryWriter.this.intents.undo(sequence, this.draft);
			}
		}

		/**
		 * Keeps an outcome that got no place.
		 */
		private void refused(Throwable cause) {
			boolean needless = cause instanceof AuditLogException known
					&& (known.reason().equals(AuditLogException.LOG_CLOSED)
							|| known.reason().equals(AuditLogException.KEY_UNUSABLE));
			if (this.entry == null && !needless) {
				keep(EntryWriter.this.entries.timestamp());
			}
		}

		private void keep(String timestamp) {
			if (this.draft.kind() == EntryKind.OUTCOME && this.before == null) {
				EntryWriter.this.outcomes.keep(new KeptOutcomes.Outcome(this.draft, timestamp));
			}
		}

	}

}
