package dev.grantex.gemma.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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

	private final KeptOutcomes outcomes = new KeptOutcomes();

	private final ChainCondition condition = new ChainCondition();

	/** Where the chain ends, as far as it was acknowledged. */
	private volatile LogEnd end;

	/** How much the files hold, as far as it was acknowledged. */
	private volatile LogSize size;

	ChainWriter(LogFiles files, EntryFactory entries, LogRoom room) {
		this.files = files;
		this.entries = entries;
		this.room = room;
		this.end = files.end();
		this.size = files.size();
		this.queue = new EntryQueue(this.end.head());
	}

	/**
	 * Where the chain ends, as far as it was acknowledged.
	 */
	LogEnd end() {
		return this.end;
	}

	/**
	 * How much the files hold, as far as it was acknowledged.
	 */
	LogSize size() {
		return this.size;
	}

	/**
	 * Why nothing can be written, or null.
	 */
	@Nullable String failure() {
		return this.condition.failure();
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
	 * Keeps an outcome that something else than the chain kept from being written, to be
	 * written first of all later.
	 */
	void keep(EntryDraft draft) {
		this.turn.lock();
		try {
			keepOutcome(draft);
			this.condition.note(AuditLogException.LOG_UNWRITABLE);
		}
		finally {
			this.turn.unlock();
		}
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
	@Nullable PendingEntry pollKept() {
		return this.outcomes.pollWritten();
	}

	/**
	 * Makes sure that an entry could be written now, after a failure by trying to make
	 * the chain usable again.
	 * @throws AuditLogException if not
	 */
	void requireWritable() {
		Uninterrupted.get(() -> {
			boolean full = this.condition.isUsable() && !this.room.isAvailable(this.size);
			if (full || !this.condition.isUsable()) {
				this.turn.lock();
				try {
					if (full) {
						this.condition.note(AuditLogException.LOG_FULL);
					}
					awaitUsable(EntryKind.RECORD);
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
				T result = this.turn.take(operation);
				this.size = this.files.size();
				return result;
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
			this.condition.condemn();
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
				boolean sound = this.condition.close();
				while (this.turn.isTaken() || !this.queue.isEmpty()) {
					this.turn.await();
				}
				return this.turn.take(() -> {
					if (sound) {
						restore();
					}
					else {
						this.files.force();
					}
					return sound;
				});
			}
			catch (IOException | RuntimeException ex) {
				logger.error("The audit log could not be finished", ex);
				return false;
			}
			finally {
				this.outcomes.reportLost();
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
			awaitUsable(draft.kind());
			this.room.require(this.size.plus(this.queue.length()), draft.length(), draft.kind());
		}
		catch (AuditLogException ex) {
			this.condition.note(ex.reason());
			keepOutcome(draft);
			throw ex;
		}
	}

	private void keepOutcome(EntryDraft draft) {
		if (draft.kind() == EntryKind.OUTCOME && !this.condition.is(AuditLogException.LOG_CLOSED)) {
			this.outcomes.keep(this.entries.next(draft, this.queue.last()));
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
	 * Waits until entries can be placed, after a failure by trying to undo it. A want of
	 * room keeps no outcome from being written.
	 */
	private void awaitUsable(EntryKind kind) {
		while (!this.condition.isUsable()) {
			this.condition.requireOpen();
			if (kind == EntryKind.OUTCOME && this.condition.is(AuditLogException.LOG_FULL)) {
				return;
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
				this.room.require(this.size);
				return this.end;
			});
			this.condition.update(null);
			if (this.condition.isUsable()) {
				logger.info("The audit log can be written again");
			}
		}
		catch (IOException | RuntimeException ex) {
			AuditLogException fault = AuditLogException.of(ex);
			this.condition.update(fault.reason());
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
		for (PendingEntry next = this.outcomes.next(); next != null; next = this.outcomes.next()) {
			PendingEntry entry = this.entries.again(next, this.end.head());
			entry.sign();
			entry.ready();
			this.files.write(List.of(entry));
			acknowledge(List.of(entry));
			this.outcomes.written(entry);
			this.queue.takeAll(entry.head());
		}
	}

	private void acknowledge(List<PendingEntry> group) {
		this.end = this.files.end();
		this.size = this.files.size();
		for (PendingEntry entry : group) {
			this.intents.note(entry.head().sequence(), entry.draft());
			entry.succeed();
		}
	}

	/**
	 * Fails a group and all entries behind it, which cannot follow it any more.
	 */
	private void fail(List<PendingEntry> group, Throwable cause) {
		if (this.condition.note(AuditLogException.of(cause).reason())) {
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
			this.outcomes.keep(entry);
			this.condition.note(AuditLogException.LOG_UNWRITABLE);
		}
	}

}
