package dev.grantex.gemma.audit;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Puts entries behind the head of an open chain. An entry gets its place under a lock,
 * which needs nothing but its hash; it is signed by its own thread; and whoever comes
 * first then writes everything that is ready, so that concurrent entries share a force.
 * Safe for use by several threads.
 */
final class ChainWriter {

	private static final Log logger = LogFactory.getLog(ChainWriter.class);

	private final WriteTurn turn = new WriteTurn();

	private final LogFiles files;

	private final EntryFactory entries;

	private final LogRoom room;

	private final OpenIntents intents = new OpenIntents();

	private final EntryQueue queue;

	/** Outcomes that could not be written, in order. */
	private final Deque<PendingEntry> unwritten = new ArrayDeque<>();

	/** Outcomes that were written at last and that nobody was told of. */
	private final Queue<PendingEntry> kept = new ConcurrentLinkedQueue<>();

	/** Where the chain ends, as far as it was acknowledged. */
	private volatile LogEnd end;

	private volatile @Nullable String failure;

	ChainWriter(LogFiles files, EntryFactory entries, LogRoom room) {
		this.files = files;
		this.entries = entries;
		this.room = room;
		this.end = files.end();
		this.queue = new EntryQueue(this.end.head());
	}

	/**
	 * Where the chain ends, as far as it was acknowledged.
	 */
	LogEnd end() {
		return this.end;
	}

	/**
	 * Why nothing can be written, or null.
	 */
	@Nullable String failure() {
		return this.failure;
	}

	/**
	 * Appends an entry.
	 * @throws AuditLogException if it could not be written; it is not part of the chain
	 * then, but an outcome is kept to be written first of all later
	 */
	PendingEntry append(EntryDraft draft) {
		return Uninterrupted.get(() -> {
			PendingEntry entry = place(draft);
			sign(entry);
			await(entry);
			return entry;
		});
	}

	/**
	 * Takes an outcome that could not be written when it was appended, and was now.
	 */
	@Nullable PendingEntry pollKept() {
		return this.kept.poll();
	}

	/**
	 * Makes sure that an entry could be written now, after a failure by trying to make
	 * the chain usable again.
	 * @throws AuditLogException if not
	 */
	void requireWritable() {
		Uninterrupted.get(() -> {
			if (this.failure != null || !this.room.isAvailable(this.end.offset())) {
				this.turn.lock();
				try {
					if (this.failure == null) {
						this.failure = AuditLogException.LOG_FULL;
					}
					awaitUsable();
				}
				finally {
					this.turn.unlock();
				}
			}
			return this.end;
		});
	}

	/**
	 * Changes something that entries are made with, between two of them.
	 * @return the sequence number of the first entry after the change
	 */
	long between(Runnable change) {
		this.turn.lock();
		try {
			change.run();
			return this.queue.last().sequence() + 1;
		}
		finally {
			this.turn.unlock();
		}
	}

	/**
	 * Does something with the files while nobody else does.
	 * @throws AuditLogException if it fails
	 */
	<T> T exclusively(WriteTurn.Operation<T> operation) {
		return Uninterrupted.get(() -> {
			this.turn.lock();
			try {
				while (this.turn.isTaken()) {
					this.turn.await();
				}
				return this.turn.take(operation);
			}
			catch (IOException | AuditLogException ex) {
				if (this.files.isFailed()) {
					fail(List.of(), ex);
				}
				throw AuditLogException.of(ex);
			}
			finally {
				this.turn.unlock();
			}
		});
	}

	/**
	 * The statement of a seal brought up to date, after what it covers was forced.
	 * @throws AuditLogException if it could not be forced
	 */
	SealRecord sealed(SealRecord statement) {
		return exclusively(() -> {
			if (this.files.isFailed()) {
				return statement;
			}
			this.files.force();
			return statement.withEnd(this.files.end(), this.intents.oldest());
		});
	}

	/**
	 * Refuses further entries for as long as the log is open: entries that the service
	 * does not have yet were found damaged.
	 */
	void condemn() {
		this.turn.lock();
		try {
			if (!AuditLogException.LOG_CLOSED.equals(this.failure)) {
				this.failure = AuditLogException.LOG_CORRUPTED;
			}
		}
		finally {
			this.turn.unlock();
		}
	}

	/**
	 * Takes no further entries, writes what is left and forces it.
	 * @return whether the files end with what was acknowledged
	 */
	boolean finish() {
		return Uninterrupted.get(() -> {
			this.turn.lock();
			try {
				boolean condemned = AuditLogException.LOG_CORRUPTED.equals(this.failure);
				this.failure = AuditLogException.LOG_CLOSED;
				while (this.turn.isTaken() || !this.queue.isEmpty()) {
					this.turn.await();
				}
				return this.turn.take(() -> {
					if (condemned) {
						this.files.force();
					}
					else {
						restore();
					}
					return !condemned;
				});
			}
			catch (IOException | AuditLogException ex) {
				logger.error("The audit log could not be finished; the outcomes of " + this.unwritten.size()
						+ " calls are not in it", ex);
				return false;
			}
			finally {
				this.turn.unlock();
			}
		});
	}

	private PendingEntry place(EntryDraft draft) {
		this.turn.lock();
		try {
			this.entries.signer();
			admit(draft);
			PendingEntry entry = this.entries.next(draft, this.queue.last());
			this.queue.add(entry);
			return entry;
		}
		finally {
			this.turn.unlock();
		}
	}

	private void admit(EntryDraft draft) {
		try {
			awaitUsable();
			this.room.require(this.end.offset() + this.queue.length(), draft.length(), draft.kind());
		}
		catch (AuditLogException ex) {
			if (!AuditLogException.LOG_CLOSED.equals(ex.reason())) {
				this.failure = ex.reason();
				if (draft.kind() == EntryKind.OUTCOME) {
					this.unwritten.add(this.entries.next(draft, this.queue.last()));
				}
			}
			throw ex;
		}
	}

	/**
	 * Signs an entry. If that is not possible no entry can follow it.
	 */
	private void sign(PendingEntry entry) {
		try {
			entry.sign();
		}
		catch (RuntimeException | Error ex) {
			this.turn.lock();
			try {
				if (!entry.isDone()) {
					this.queue.takeFrom(entry).forEach((taken) -> fail(taken, ex));
					this.turn.announce();
				}
			}
			finally {
				this.turn.unlock();
			}
			throw ex;
		}
	}

	/**
	 * Waits until an entry is written, and writes what is ready if nobody else does.
	 */
	private void await(PendingEntry entry) {
		this.turn.lock();
		try {
			entry.ready();
			while (!entry.isDone()) {
				if (!this.turn.isTaken() && this.queue.isReady()) {
					writeGroup();
				}
				else {
					this.turn.await();
				}
			}
		}
		finally {
			this.turn.unlock();
		}
		Throwable failure = entry.failure();
		if (failure != null) {
			throw AuditLogException.of(failure);
		}
	}

	private void writeGroup() {
		List<PendingEntry> group = this.queue.take(this.files.room(this.queue.firstLength()));
		try {
			this.turn.take(() -> this.files.write(group));
			acknowledge(group);
		}
		catch (IOException | RuntimeException | Error ex) {
			fail(group, ex);
		}
	}

	/**
	 * Waits until entries can be placed, after a failure by trying to undo it.
	 */
	private void awaitUsable() {
		while (this.failure != null) {
			if (AuditLogException.LOG_CLOSED.equals(this.failure)) {
				throw AuditLogException.closed();
			}
			if (AuditLogException.LOG_CORRUPTED.equals(this.failure)) {
				throw AuditLogException.corrupted();
			}
			if (this.turn.isTaken() || !this.queue.isEmpty()) {
				this.turn.await();
			}
			else {
				recover();
			}
		}
	}

	private void recover() {
		try {
			this.turn.take(() -> {
				restore();
				this.room.require(this.end.offset());
				return this.end;
			});
			this.failure = null;
			logger.info("The audit log can be written again");
		}
		catch (IOException | RuntimeException ex) {
			AuditLogException fault = AuditLogException.of(ex);
			this.failure = fault.reason();
			throw fault;
		}
	}

	/**
	 * Makes the files hold what was acknowledged, and then the outcomes that could not be
	 * written. Nothing is in the queue meanwhile.
	 */
	private void restore() throws IOException {
		this.files.recover();
		this.files.force();
		for (PendingEntry next = this.unwritten.peek(); next != null; next = this.unwritten.peek()) {
			PendingEntry entry = this.entries.again(next, this.end.head());
			this.room.require(this.end.offset(), entry.draft().length(), EntryKind.OUTCOME);
			entry.sign();
			entry.ready();
			this.files.write(List.of(entry));
			acknowledge(List.of(entry));
			this.unwritten.remove();
			this.kept.add(entry);
			this.queue.takeAll(entry.head());
		}
	}

	private void acknowledge(List<PendingEntry> group) {
		this.end = this.files.end();
		for (PendingEntry entry : group) {
			this.intents.note(entry.head().sequence(), entry.draft());
			entry.succeed();
		}
	}

	/**
	 * Fails a group and all entries behind it, which cannot follow it any more.
	 */
	private void fail(List<PendingEntry> group, Throwable cause) {
		if (this.failure == null || this.failure.equals(AuditLogException.LOG_FULL)) {
			this.failure = AuditLogException.of(cause).reason();
			logger.error("The audit log could not be written; calls are denied until it can be", cause);
		}
		List<PendingEntry> failed = new ArrayList<>(group);
		failed.addAll(this.queue.takeAll(this.end.head()));
		failed.forEach((entry) -> fail(entry, cause));
		this.turn.announce();
	}

	private void fail(PendingEntry entry, Throwable cause) {
		entry.fail(cause);
		if (entry.draft().kind() == EntryKind.OUTCOME) {
			this.unwritten.add(entry);
			this.failure = (this.failure != null) ? this.failure : AuditLogException.LOG_UNWRITABLE;
		}
	}

}
