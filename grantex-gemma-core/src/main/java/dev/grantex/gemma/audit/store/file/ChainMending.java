package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;

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

	private volatile @Nullable StoreException fault;

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

	@Nullable StoreException fault() {
		StoreException known = this.fault;
		return (known != null) ? known : this.undelivered.fault();
	}

	@Nullable StoreException obstacle(LogRoom.Size size) {
		StoreException known = fault();
		return (known != null) ? known : this.room.fault(size);
	}

	/**
	 * Waits until something that must be recorded can be done, and mends what keeps it
	 * from being.
	 */
	void require(LogRoom.Size size) {
		StoreException wanting = (this.fault == null) ? this.room.fault(size) : null;
		if (wanting != null) {
			note(wanting);
		}
		awaitUsable(false);
		requireUndelivered();
	}

	/**
	 * Waits until a line can get a place. That other evidence is gone keeps none out that
	 * has room reserved.
	 * @param size asked for after the wait, which may have made room or taken it
	 */
	void admit(int length, boolean reserved, Supplier<LogRoom.Size> size) {
		if (!reserved) {
			requireUndelivered();
		}
		try {
			awaitUsable(reserved);
			this.room.require(size.get().plus(this.queue.length()), length, reserved);
		}
		catch (StoreException ex) {
			note(ex);
			throw ex;
		}
	}

	void failed(Throwable cause) {
		this.room.disk().failed(cause);
		if (note(StoreException.of(cause))) {
			this.failed.error(() -> "The audit log could not be written", cause);
		}
	}

	void condemn() {
		if (!is(Fault.CLOSED)) {
			this.fault = StoreException.corrupted();
		}
	}

	/**
	 * Lets nothing be written any more because the log is closed.
	 * @return whether the chain was undamaged until now
	 */
	boolean close() {
		boolean sound = !is(Fault.CORRUPTED);
		this.fault = StoreException.closed();
		return sound;
	}

	/**
	 * Waits until lines can be placed, after a failure by trying to undo it. A want of
	 * room keeps none out that has some reserved.
	 */
	private void awaitUsable(boolean reserved) {
		while (this.fault != null && !(reserved && is(Fault.FULL))) {
			if (hasEnded()) {
				throw StoreException.of(Objects.requireNonNull(this.fault));
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
			StoreException found = StoreException.of(ex);
			update(found);
			if (!reserved || found.fault() != Fault.FULL) {
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
				throw StoreException.unwritable(ex);
			}
			this.undelivered.require();
		}
	}

	boolean is(Fault fault) {
		StoreException known = this.fault;
		return known != null && known.fault() == fault;
	}

	private boolean hasEnded() {
		return is(Fault.CLOSED) || is(Fault.CORRUPTED);
	}

	/**
	 * Takes note of a failure.
	 * @return whether it was news: of several the first is told, unless that was only a
	 * want of room
	 */
	private boolean note(StoreException fault) {
		boolean news = this.fault == null || (is(Fault.FULL) && fault.fault() != Fault.FULL);
		if (news) {
			this.fault = fault;
		}
		return news;
	}

	/**
	 * Takes note of what came of the attempt to undo a failure.
	 */
	private void update(@Nullable StoreException fault) {
		if (!hasEnded()) {
			this.fault = fault;
		}
	}

}
