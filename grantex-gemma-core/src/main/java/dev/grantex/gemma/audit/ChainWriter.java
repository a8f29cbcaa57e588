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

	private final EntryFactory entries;

	private final WrittenChain written;

	private final EntryQueue queue;

	private final ChainMending mending;

	private final UndeliveredFiles undelivered;

	ChainWriter(LogFiles files, EntryFactory entries, LogRoom room, UndeliveredFiles undelivered) {
		this.entries = entries;
		this.undelivered = undelivered;
		this.written = new WrittenChain(files);
		this.queue = new EntryQueue(this.written.end().head());
		this.mending = new ChainMending(this.turn, this.queue, this.written, entries, room, undelivered);
	}

	/**
	 * Where the chain ends, as far as it was acknowledged.
	 */
	LogEnd end() {
		return this.written.end();
	}

	/**
	 * What stands of the chain in its files.
	 */
	WrittenChain written() {
		return this.written;
	}

	/**
	 * How much the files hold, as far as it was acknowledged.
	 */
	LogRoom.Size size() {
		return this.written.size();
	}

	/**
	 * Why nothing can be written, or null.
	 */
	@Nullable String failure() {
		AuditLogException fault = fault();
		return (fault != null) ? fault.reason() : null;
	}

	/**
	 * The same with what is known more exactly.
	 */
	@Nullable AuditLogException fault() {
		return this.mending.fault();
	}

	/**
	 * Why nothing can be written, or why there is no room for it, or null.
	 */
	@Nullable AuditLogException want() {
		return this.mending.want();
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
	 * Keeps an outcome that something else than the chain kept from being written.
	 */
	void keep(EntryDraft draft) {
		this.turn.locked(() -> {
			this.mending.keep(draft);
			return draft;
		});
	}

	/**
	 * How many outcomes wait to be written.
	 */
	int unwritten() {
		return this.mending.unwritten();
	}

	/**
	 * Takes an outcome that could not be written when it was appended, and was now.
	 */
	@Nullable PendingEntry pollKept() {
		return this.mending.pollKept();
	}

	/**
	 * Whether nothing is known that keeps an entry from being written now. Waits for
	 * nobody.
	 */
	boolean isWritable() {
		return this.mending.isNeedless();
	}

	/**
	 * Makes sure that an entry could be written now, after a failure by trying to make
	 * the chain usable again.
	 * @throws AuditLogException if not
	 */
	void requireWritable() {
		if (!isWritable()) {
			Uninterrupted.get(() -> this.turn.locked(() -> {
				this.mending.require();
				return this;
			}));
		}
	}

	/**
	 * Changes something that entries are made with, between two of them.
	 * @return the sequence number of the first entry after the change
	 */
	long between(Runnable change) {
		return this.turn.locked(() -> {
			change.run();
			return this.queue.last().sequence() + 1;
		});
	}

	/**
	 * Does something with the files while nobody else does.
	 * @throws AuditLogException if it fails
	 */
	<T> T exclusively(WriteTurn.Operation<T> operation) {
		return Uninterrupted.get(() -> {
			this.turn.lock();
			try {
				T result = this.turn.takeForOthers(this.queue::isReady, operation);
				this.written.measure();
				if (this.written.isFailed()) {
					fail(List.of(), AuditLogException.displaced());
				}
				return result;
			}
			catch (IOException | AuditLogException ex) {
				if (this.written.isFailed()) {
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
	 * Looks whether the closed files that the service does not have are what they were.
	 * As long as they are not, calls are refused.
	 * @throws AuditLogException if they are not
	 */
	void requireUndelivered() {
		exclusively(() -> {
			this.undelivered.look();
			return this;
		});
		this.undelivered.require();
	}

	/**
	 * The statement of a seal brought up to date, after what it covers was forced.
	 * @throws AuditLogException if it could not be forced
	 */
	SealRecord sealed(SealRecord statement) {
		return exclusively(() -> this.written.sealed(statement));
	}

	/**
	 * Refuses further entries for as long as the log is open: entries that the service
	 * does not have yet were found damaged.
	 */
	void condemn() {
		this.turn.locked(() -> {
			this.mending.condemn();
			return this;
		});
	}

	/**
	 * Takes no further entries, writes what is left and forces it.
	 * @param writable whether outcomes that could not be written may be now
	 * @return whether the files end with what was acknowledged
	 */
	boolean finish(boolean writable) {
		return Uninterrupted.get(() -> {
			this.turn.lock();
			try {
				boolean sound = this.mending.close() && writable;
				while (this.turn.isTaken() || !this.queue.isEmpty()) {
					this.turn.await();
				}
				return this.turn.take(() -> end(sound));
			}
			catch (IOException | RuntimeException ex) {
				logger.error("The audit log could not be finished", ex);
				return false;
			}
			finally {
				this.mending.reportLost();
				this.turn.unlock();
			}
		});
	}

	private boolean end(boolean sound) throws IOException {
		try {
			if (sound) {
				this.mending.restore();
			}
			else {
				this.written.force();
			}
			return sound;
		}
		catch (IOException | RuntimeException ex) {
			this.written.saveDisplaced();
			throw ex;
		}
	}

	private PendingEntry place(EntryDraft draft) {
		return this.turn.locked(() -> {
			this.entries.signer();
			this.mending.admit(draft);
			PendingEntry entry = this.entries.next(draft, this.queue.last());
			this.queue.add(entry);
			return entry;
		});
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
					this.queue.takeFrom(entry).forEach((taken) -> this.mending.abandoned(taken, ex));
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
				if (this.turn.isFreeForEntries() && this.queue.isReady()) {
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
		List<PendingEntry> group = this.queue.take(this.written.room(this.queue.firstLength()));
		try {
			this.turn.takeForEntries(() -> this.written.write(group));
			this.written.acknowledge(group);
		}
		catch (IOException | RuntimeException | Error ex) {
			fail(group, ex);
		}
	}

	/**
	 * Fails a group and all entries behind it, which cannot follow it any more.
	 */
	private void fail(List<PendingEntry> group, Throwable cause) {
		List<PendingEntry> failed = new ArrayList<>(group);
		failed.addAll(this.queue.takeAll(end().head()));
		this.mending.failed(failed, cause);
		this.turn.announce();
	}

}
