package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Who writes a chain now.
 * <p>
 * The mutex guards what has a place in the chain, what is known to be wrong and who has
 * the turn. It is the last in the order of locks: those of the appender, of retention, of
 * the seal, this one. Nothing waits for a file or a signature under it.
 * <p>
 * Who has the <em>turn</em> uses the files, alone and without the mutex. Who wants it for
 * something else than lines gets it in the order of asking, each after one group of lines
 * at most; and after each of them lines that are ready go first.
 */
final class WriteTurn {

	private final ReentrantLock mutex = new ReentrantLock();

	private final Condition changed = this.mutex.newCondition();

	/** Those that want the turn for something else than lines. */
	private final Deque<Object> others = new ArrayDeque<>();

	private boolean taken;

	/** Whether lines that are ready go before the others. */
	private boolean linesFirst;

	/**
	 * What is done with the files.
	 */
	interface Operation<T> {

		T run() throws IOException;

	}

	/**
	 * Does something under the mutex, which whatever is below needs.
	 */
	<T> T locked(Supplier<T> action) {
		this.mutex.lock();
		try {
			return action.get();
		}
		finally {
			this.mutex.unlock();
		}
	}

	boolean isTaken() {
		return this.taken;
	}

	boolean isFreeForLines() {
		return !this.taken && (this.linesFirst || this.others.isEmpty());
	}

	/**
	 * Takes the turn, which is free for lines, to write some. The mutex is not held
	 * meanwhile.
	 */
	<T> T takeForLines(Operation<T> operation) throws IOException {
		this.linesFirst = false;
		return take(operation);
	}

	/**
	 * Waits for the turn and takes it for something else. The mutex is not held
	 * meanwhile.
	 * @param ready whether lines are ready to be written
	 */
	<T> T takeForOthers(BooleanSupplier ready, Operation<T> operation) throws IOException {
		Object ticket = new Object();
		this.others.add(ticket);
		while (this.taken || this.others.element() != ticket || (this.linesFirst && ready.getAsBoolean())) {
			await();
		}
		this.others.remove();
		this.linesFirst = true;
		return take(operation);
	}

	/**
	 * Takes the turn, which is free. The mutex is not held meanwhile.
	 */
	<T> T take(Operation<T> operation) throws IOException {
		this.taken = true;
		this.mutex.unlock();
		try {
			return operation.run();
		}
		finally {
			this.mutex.lock();
			this.taken = false;
			this.changed.signalAll();
		}
	}

	void await() {
		this.changed.awaitUninterruptibly();
	}

	void announce() {
		this.changed.signalAll();
	}

}
