package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.AppendOption;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.Linking;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.file.Uninterrupted;

/**
 * Writes the lines of one chain. Each gets its place behind the one before, is signed by
 * the thread that appends it, and is written together with those that are ready by then.
 * After a failure nothing is written until the files hold what was acknowledged again.
 * Safe for use by several threads; the mutex, and its place in the order of locks, is
 * that of its {@link WriteTurn}.
 */
final class ChainWriter {

	private static final Log logger = LogFactory.getLog(ChainWriter.class);

	private final WriteTurn turn = new WriteTurn();

	private final LogFiles files;

	private final UndeliveredFiles undelivered;

	private final LineQueue queue;

	private final ChainMending mending;

	/** Follows the files first of all, also where memory is short. */
	private volatile LogEnd end;

	private volatile Written written;

	/** Where the chain ended when its file was written again. */
	private volatile long rewritten = -1;

	ChainWriter(LogFiles files, LogRoom room, UndeliveredFiles undelivered, Clock clock) {
		this.files = files;
		this.undelivered = undelivered;
		this.queue = new LineQueue(files.end().head());
		this.mending = new ChainMending(this.turn, this.queue, files, room, undelivered, clock);
		this.end = files.end();
		this.written = new Written(files.size(), files.openFrom(), 0);
	}

	/**
	 * What stands in the files, as far as it was acknowledged.
	 *
	 * @param size how much the files hold
	 * @param openFrom the first sequence number in the open file, or the highest number
	 * if it has none
	 * @param oldestIntent the oldest call under way at that end, 0 if there is none
	 */
	private record Written(LogRoom.Size size, long openFrom, long oldestIntent) {
	}

	LogEnd end() {
		return this.end;
	}

	LogRoom.Size size() {
		return this.written.size();
	}

	long openFrom() {
		return this.written.openFrom();
	}

	/**
	 * Whether the file that the present one was written again for, because it was gone,
	 * could come back unnoticed, as far as the chain is sealed.
	 * @param sealed the last entry that is sealed
	 */
	boolean isUndone(long sealed) {
		return sealed <= this.rewritten;
	}

	/**
	 * Why nothing can be written, or null. Looks at nothing on disk.
	 */
	@Nullable StoreException fault() {
		return this.mending.fault();
	}

	/**
	 * Whether the chain itself is known to be in that condition.
	 */
	boolean is(Fault condition) {
		return this.mending.is(condition);
	}

	/**
	 * Why nothing can be written, or why there is no room for it, or null.
	 */
	@Nullable StoreException obstacle() {
		return this.mending.obstacle(size());
	}

	/**
	 * Appends the line that a linking makes.
	 * @return whether it has made one
	 * @throws StoreException if it could not be written; it is not part of the chain then
	 */
	boolean append(Linking linking, Set<AppendOption> options) {
		return Uninterrupted.get(() -> {
			LineQueue.Placed placed = this.turn.locked(() -> {
				this.mending.admit(linking.length(), options.contains(AppendOption.RESERVED), this::size);
				return this.queue.add(linking, options.contains(AppendOption.FORCED));
			});
			if (placed != null) {
				byte[] bytes = sign(placed);
				this.turn.locked(() -> await(placed, bytes));
			}
			return placed != null;
		});
	}

	/**
	 * Makes sure that a line could be written now, after a failure by trying to undo it.
	 */
	void requireWritable() {
		Uninterrupted.get(() -> this.turn.locked(() -> {
			this.mending.require(size());
			return this;
		}));
	}

	/**
	 * Looks whether the closed files that the service does not have are what they were.
	 * As long as they are not, calls are refused.
	 */
	void requireUndelivered() {
		exclusively(() -> {
			// What happens to the files of a closed log concerns the next one.
			if (!is(Fault.CLOSED)) {
				this.undelivered.look();
			}
			return this;
		});
		this.undelivered.require();
	}

	/**
	 * Changes something that lines are made with, between two of them.
	 * @return the sequence number of the first line after the change
	 */
	long between(Runnable change) {
		return this.turn.locked(() -> {
			change.run();
			return this.queue.last().sequence() + 1;
		});
	}

	/**
	 * Does something with the files while nobody else does.
	 */
	<T> T exclusively(WriteTurn.Operation<T> operation) {
		return Uninterrupted.get(() -> this.turn.locked(() -> {
			try {
				T result = this.turn.takeForOthers(this.queue::isReady, operation);
				measure(this.written.oldestIntent());
				if (this.files.current().isFailed()) {
					fail(List.of(), StoreException.displaced());
				}
				return result;
			}
			catch (IOException | StoreException ex) {
				if (this.files.current().isFailed()) {
					fail(List.of(), ex);
				}
				throw StoreException.of(ex);
			}
		}));
	}

	/**
	 * The statement of a seal brought up to date, after what it covers was forced, if
	 * that can be relied on now.
	 */
	SealRecord sealed(SealRecord statement) {
		return exclusively(() -> this.files.current().forceForSeal()
				? statement.withEnd(end(), this.written.oldestIntent()) : statement);
	}

	/**
	 * Refuses further lines, because of damage, for as long as the log is open.
	 */
	void condemn() {
		this.turn.locked(() -> {
			this.mending.condemn();
			return this;
		});
	}

	/**
	 * Takes no further lines, writes what is left and forces it.
	 * @return whether the files end with what was acknowledged
	 */
	boolean finish() {
		return Uninterrupted.get(() -> this.turn.locked(() -> {
			boolean sound = this.mending.close();
			while (this.turn.isTaken() || !this.queue.isEmpty()) {
				this.turn.await();
			}
			try {
				return this.turn.take(() -> {
					this.files.finish(sound);
					return sound;
				});
			}
			catch (IOException | RuntimeException ex) {
				logger.error("The audit log could not be finished", ex);
				return false;
			}
		}));
	}

	/**
	 * Signs a line. If that is not possible none can follow it.
	 */
	private byte[] sign(LineQueue.Placed placed) {
		try {
			return placed.line().bytes();
		}
		catch (RuntimeException | Error ex) {
			this.turn.locked(() -> {
				if (!placed.isDone()) {
					this.queue.failFrom(placed, ex);
					this.turn.announce();
				}
				return this;
			});
			throw ex;
		}
	}

	/**
	 * Waits until a line is written, and writes what is ready if nobody else does.
	 */
	private LineQueue.Placed await(LineQueue.Placed placed, byte[] bytes) {
		placed.ready(bytes);
		while (!placed.isDone()) {
			if (this.turn.isFreeForLines() && this.queue.isReady()) {
				writeGroup();
			}
			else {
				this.turn.await();
			}
		}
		Throwable failure = placed.failure();
		if (failure != null) {
			throw StoreException.of(failure);
		}
		return placed;
	}

	private void writeGroup() {
		LineQueue.Group group = this.queue.take(this.files.room(this.queue.firstLength()));
		try {
			this.turn.takeForLines(() -> this.files.write(group));
			if (this.files.current().wasReplaced()) {
				this.rewritten = end().head().sequence();
			}
			this.end = this.files.end();
			measure(group.last().oldestIntent());
			group.lines().forEach(LineQueue.Placed::succeed);
		}
		catch (IOException | RuntimeException | Error ex) {
			fail(group.lines(), ex);
		}
	}

	private void measure(long oldestIntent) {
		this.written = new Written(this.files.size(), this.files.openFrom(), oldestIntent);
	}

	/**
	 * Fails lines and all behind them, which cannot follow them any more.
	 */
	private void fail(List<LineQueue.Placed> lines, Throwable cause) {
		this.mending.failed(cause);
		lines.forEach((placed) -> placed.fail(cause));
		this.queue.failAll(end().head(), cause);
		this.turn.announce();
	}

}
