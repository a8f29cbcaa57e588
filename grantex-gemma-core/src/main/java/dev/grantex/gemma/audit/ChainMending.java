package dev.grantex.gemma.audit;

import java.io.IOException;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;

/**
 * Whether entries can be written behind a chain, and after a failure the attempt to make
 * that possible again: the files get back to what was acknowledged, and the outcomes that
 * could not be written come first of all.
 * <p>
 * Used under the chain's lock; what only looks needs none.
 */
final class ChainMending {

	private static final Log logger = LogFactory.getLog(ChainMending.class);

	private final ChainCondition condition = new ChainCondition();

	private final KeptOutcomes outcomes;

	private final WriteTurn turn;

	private final EntryQueue queue;

	private final WrittenChain written;

	private final EntryFactory entries;

	private final LogRoom room;

	private final ThrottledLine failed;

	private final ThrottledLine mended;

	private final UndeliveredFiles undelivered;

	/** Whether kept outcomes get their places, so that no other entry may have one. */
	private boolean recovering;

	ChainMending(WriteTurn turn, EntryQueue queue, WrittenChain written, EntryFactory entries, LogRoom room,
			UndeliveredFiles undelivered) {
		this.turn = turn;
		this.queue = queue;
		this.written = written;
		this.entries = entries;
		this.room = room;
		this.outcomes = new KeptOutcomes(entries.clock());
		this.failed = new ThrottledLine(logger, entries.clock());
		this.mended = new ThrottledLine(logger, entries.clock());
		this.undelivered = undelivered;
	}

	/**
	 * Why nothing can be written, or null. Needs no lock.
	 */
	@Nullable AuditLogException fault() {
		AuditLogException fault = this.condition.fault();
		return (fault != null) ? fault : this.undelivered.fault();
	}

	/**
	 * Why nothing can be written, or why there is no room for it, or null. Needs no lock.
	 */
	@Nullable AuditLogException want() {
		AuditLogException fault = fault();
		return (fault != null) ? fault : this.room.fault(this.written.size());
	}

	/**
	 * How many outcomes wait to be written. Needs no lock.
	 */
	int unwritten() {
		return this.outcomes.size();
	}

	/**
	 * Takes an outcome that could not be written when it was appended, and was now. Needs
	 * no lock.
	 */
	@Nullable PendingEntry pollKept() {
		return this.outcomes.pollWritten();
	}

	/**
	 * Whether there is nothing to be mended. Needs no lock.
	 */
	boolean isNeedless() {
		return want() == null;
	}

	/**
	 * Waits until something that must be recorded can be done, and mends what keeps it
	 * from being.
	 * @throws AuditLogException if that is not possible
	 */
	void require() {
		AuditLogException fault = this.condition.isUsable() ? this.room.fault(this.written.size()) : null;
		if (fault != null) {
			this.condition.note(fault);
		}
		awaitUsable(EntryKind.RECORD);
		requireUndelivered();
	}

	/**
	 * Waits until an entry can get a place. If none can, an outcome is kept. That other
	 * evidence is gone keeps no outcome from being written.
	 * @throws AuditLogException if none can
	 */
	void admit(EntryDraft draft) {
		if (draft.kind() != EntryKind.OUTCOME) {
			requireUndelivered();
		}
		try {
			awaitUsable(draft.kind());
			this.room.require(this.written.size().plus(this.queue.length()), draft.length(), draft.kind());
		}
		catch (AuditLogException ex) {
			this.condition.note(ex);
			keepOutcome(draft);
			throw ex;
		}
	}

	/**
	 * Keeps an outcome that something else than the chain kept from being written.
	 */
	void keep(EntryDraft draft) {
		keepOutcome(draft);
		this.condition.note(AuditLogException.unwritable(null));
	}

	/**
	 * Takes note that entries could not be written.
	 */
	void failed(List<PendingEntry> failed, Throwable cause) {
		this.room.disk().failed(cause);
		if (this.condition.note(AuditLogException.of(cause))) {
			this.failed.error(() -> "The audit log could not be written", cause);
		}
		failed.forEach((entry) -> abandoned(entry, cause));
	}

	/**
	 * Takes note that an entry got no place after all.
	 */
	void abandoned(PendingEntry entry, Throwable cause) {
		entry.fail(cause);
		if (entry.draft().kind() == EntryKind.OUTCOME) {
			this.outcomes.keep(entry);
			this.condition.note(AuditLogException.unwritable(entry.failure()));
		}
	}

	/**
	 * Lets nothing be written any more because of damage.
	 */
	void condemn() {
		this.condition.condemn();
	}

	/**
	 * Lets nothing be written any more because the log is closed.
	 * @return whether the chain was undamaged until now
	 */
	boolean close() {
		return this.condition.close();
	}

	/**
	 * Says which outcomes will never be written.
	 */
	void reportLost() {
		this.outcomes.reportLost();
	}

	/**
	 * Makes the files hold what was acknowledged, and then the outcomes that could not be
	 * written. Nothing is in the queue meanwhile, and the turn is taken.
	 */
	void restore() throws IOException {
		this.written.recover();
		for (PendingEntry next = this.outcomes.next(); next != null; next = this.outcomes.next()) {
			PendingEntry entry = this.entries.again(next, this.written.end().head());
			entry.sign();
			entry.ready();
			this.written.write(List.of(entry));
			this.written.acknowledge(List.of(entry));
			this.outcomes.written(entry);
			this.queue.takeAll(entry.head());
		}
	}

	/**
	 * Looks again at what was not in its place.
	 */
	private void requireUndelivered() {
		while (this.undelivered.fault() != null && this.turn.isTaken()) {
			this.turn.await();
		}
		if (this.undelivered.fault() != null) {
			try {
				this.turn.take(() -> {
					this.undelivered.look();
					return this.undelivered;
				});
			}
			catch (IOException ex) {
				throw AuditLogException.unwritable(ex);
			}
			this.undelivered.require();
		}
	}

	private void keepOutcome(EntryDraft draft) {
		if (draft.kind() == EntryKind.OUTCOME && !this.condition.is(AuditLogException.LOG_CLOSED)) {
			this.outcomes.keep(this.entries.next(draft, this.queue.last()));
		}
	}

	/**
	 * Waits until entries can be placed, after a failure by trying to undo it. A want of
	 * room keeps no outcome from being written.
	 */
	private void awaitUsable(EntryKind kind) {
		while (!this.condition.isUsable()) {
			this.condition.requireOpen();
			if (kind == EntryKind.OUTCOME && !this.recovering && this.condition.is(AuditLogException.LOG_FULL)) {
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
		this.recovering = true;
		try {
			this.turn.take(() -> {
				restore();
				this.room.require(this.written.size());
				return this.written.end();
			});
			this.condition.update(null);
			if (this.condition.isUsable()) {
				this.mended.info(() -> "The audit log can be written again");
			}
		}
		catch (IOException | RuntimeException ex) {
			this.room.disk().failed(ex);
			AuditLogException fault = AuditLogException.of(ex);
			this.condition.update(fault);
			throw fault;
		}
		finally {
			this.recovering = false;
		}
	}

}
