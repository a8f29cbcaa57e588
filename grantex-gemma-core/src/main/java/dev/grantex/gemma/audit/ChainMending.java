package dev.grantex.gemma.audit;

import java.io.IOException;
import java.time.Clock;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;

/**
 * What keeps lines from being written, and after a failure the attempt to get the files
 * back to what was acknowledged. What ends a chain for good, its closing or damage, is
 * never taken back, whatever else fails or recovers meanwhile.
 * <p>
 * Used under the chain's mutex; what only looks needs none, waits for nobody, and asks
 * the disk for nothing but its room.
 */
final class ChainMending {

	private static final Log logger = LogFactory.getLog(ChainMending.class);

	private final WriteTurn turn;

	private final LineQueue queue;

	private final LogFiles files;

	private final LogRoom room;

	private final UndeliveredFiles undelivered;

	private final ThrottledLine failed;

	private final ThrottledLine mended;

	private volatile @Nullable AuditLogException fault;

	ChainMending(WriteTurn turn, LineQueue queue, LogFiles files, LogRoom room, UndeliveredFiles undelivered,
			Clock clock) {
		this.turn = turn;
		this.queue = queue;
		this.files = files;
		this.room = room;
		this.undelivered = undelivered;
		this.failed = new ThrottledLine(logger, clock);
		this.mended = new ThrottledLine(logger, clock);
	}

	/**
	 * Why nothing can be written, or null. Needs no mutex.
	 */
	@Nullable AuditLogException fault() {
		AuditLogException known = this.fault;
		return (known != null) ? known : this.undelivered.fault();
	}

	/**
	 * Why nothing can be written, or why there is no room for it, or null. Needs no
	 * mutex.
	 */
	@Nullable AuditLogException obstacle(LogRoom.Size size) {
		AuditLogException known = fault();
		return (known != null) ? known : this.room.fault(size);
	}

	/**
	 * Waits until something that must be recorded can be done, and mends what keeps it
	 * from being.
	 * @throws AuditLogException if that is not possible
	 */
	void require(LogRoom.Size size) {
		AuditLogException wanting = (this.fault == null) ? this.room.fault(size) : null;
		if (wanting != null) {
			note(wanting);
		}
		awaitUsable(false);
		requireUndelivered();
	}

	/**
	 * Waits until a line can get a place. That other evidence is gone keeps none out that
	 * has room reserved.
	 * @throws AuditLogException if it cannot
	 */
	void admit(int length, boolean reserved, LogRoom.Size size) {
		if (!reserved) {
			requireUndelivered();
		}
		try {
			awaitUsable(reserved);
			this.room.require(size.plus(this.queue.length()), length, reserved ? EntryKind.OUTCOME : EntryKind.RECORD);
		}
		catch (AuditLogException ex) {
			note(ex);
			throw ex;
		}
	}

	/**
	 * Takes note that lines could not be written.
	 */
	void failed(Throwable cause) {
		this.room.disk().failed(cause);
		if (note(AuditLogException.of(cause))) {
			this.failed.error(() -> "The audit log could not be written", cause);
		}
	}

	/**
	 * Lets nothing be written any more because of damage.
	 */
	void condemn() {
		if (!is(AuditLogException.LOG_CLOSED)) {
			this.fault = AuditLogException.corrupted();
		}
	}

	/**
	 * Lets nothing be written any more because the log is closed.
	 * @return whether the chain was undamaged until now
	 */
	boolean close() {
		boolean sound = !is(AuditLogException.LOG_CORRUPTED);
		this.fault = AuditLogException.closed();
		return sound;
	}

	/**
	 * Waits until lines can be placed, after a failure by trying to undo it. A want of
	 * room keeps none out that has some reserved.
	 */
	private void awaitUsable(boolean reserved) {
		while (this.fault != null && !(reserved && is(AuditLogException.LOG_FULL))) {
			if (hasEnded()) {
				throw AuditLogException.of(Objects.requireNonNull(this.fault));
			}
			if (this.turn.isTaken() || !this.queue.isEmpty()) {
				this.turn.await();
			}
			else {
				mend(reserved);
			}
		}
	}

	private void mend(boolean reserved) {
		try {
			this.turn.take(() -> {
				this.files.recover();
				this.files.force();
				this.room.require(this.files.size());
				return this;
			});
			update(null);
			if (this.fault == null) {
				this.mended.info(() -> "The audit log can be written again");
			}
		}
		catch (IOException | RuntimeException ex) {
			this.room.disk().failed(ex);
			AuditLogException found = AuditLogException.of(ex);
			update(found);
			if (!reserved || !AuditLogException.LOG_FULL.equals(found.reason())) {
				throw found;
			}
		}
	}

	/**
	 * Looks again at closed files that were not in their places.
	 */
	private void requireUndelivered() {
		while (this.undelivered.fault() != null && this.turn.isTaken()) {
			this.turn.await();
		}
		if (this.undelivered.fault() != null) {
			try {
				this.turn.take(() -> {
					this.undelivered.look();
					return this;
				});
			}
			catch (IOException ex) {
				throw AuditLogException.unwritable(ex);
			}
			this.undelivered.require();
		}
	}

	private boolean is(String reason) {
		AuditLogException known = this.fault;
		return known != null && known.reason().equals(reason);
	}

	private boolean hasEnded() {
		return is(AuditLogException.LOG_CLOSED) || is(AuditLogException.LOG_CORRUPTED);
	}

	/**
	 * Takes note of a failure.
	 * @return whether it was news: of several the first is told, unless that was only a
	 * want of room
	 */
	private boolean note(AuditLogException fault) {
		boolean news = this.fault == null
				|| (is(AuditLogException.LOG_FULL) && !AuditLogException.LOG_FULL.equals(fault.reason()));
		if (news) {
			this.fault = fault;
		}
		return news;
	}

	/**
	 * Takes note of what came of the attempt to undo a failure.
	 */
	private void update(@Nullable AuditLogException fault) {
		if (!hasEnded()) {
			this.fault = fault;
		}
	}

}
