package dev.grantex.gemma.audit;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The lock under which entries get their places, and the turn to touch the files, which
 * one thread at a time has without holding the lock. Who wants the turn for something
 * else than entries gets it in the order of asking, each after one group of entries at
 * most; and after each of them entries that are ready go first.
 * <p>
 * The lock is taken after those of the seal and of retention, never before, and nothing
 * waits for a file under it.
 */
final class WriteTurn {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/** Those that want the turn for something else than entries. */
	private final Deque<Object> others = new ArrayDeque<>();

	private boolean taken;

	/** Whether entries that are ready go before the others. */
	private boolean entriesFirst;

	/**
	 * What is done with the files.
	 */
	interface Operation<T> {

		T run() throws IOException;

	}

	void lock() {
		this.lock.lock();
	}

	void unlock() {
		this.lock.unlock();
	}

	/**
	 * Whether a thread has the turn. The lock is held.
	 */
	boolean isTaken() {
		return this.taken;
	}

	/**
	 * Does something under the lock.
	 */
	<T> T locked(Supplier<T> action) {
		this.lock.lock();
		try {
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether entries can be written now. The lock is held.
	 */
	boolean isFreeForEntries() {
		return !this.taken && (this.entriesFirst || this.others.isEmpty());
	}

	/**
	 * Takes the turn for entries, for which it is free. The lock is held before and
	 * after, but not meanwhile.
	 */
	<T> T takeForEntries(Operation<T> operation) throws IOException {
		this.entriesFirst = false;
		return take(operation);
	}

	/**
	 * Waits for the turn and takes it for something else. The lock is held before and
	 * after, but not meanwhile.
	 * @param ready whether entries are ready to be written
	 */
	<T> T takeForOthers(BooleanSupplier ready, Operation<T> operation) throws IOException {
		Object ticket = new Object();
		this.others.add(ticket);
		while (this.taken || this.others.element() != ticket || (this.entriesFirst && ready.getAsBoolean())) {
			await();
		}
		this.others.remove();
		this.entriesFirst = true;
		return take(operation);
	}

	/**
	 * Waits until something has changed. The lock is held before and after.
	 */
	void await() {
		this.changed.awaitUninterruptibly();
	}

	/**
	 * Wakes the threads that wait for a change. The lock is held.
	 */
	void announce() {
		this.changed.signalAll();
	}

	/**
	 * Takes the turn, which is free, for an operation. The lock is held before and after,
	 * but not meanwhile.
	 */
	<T> T take(Operation<T> operation) throws IOException {
		this.taken = true;
		this.lock.unlock();
		try {
			return operation.run();
		}
		finally {
			this.lock.lock();
			this.taken = false;
			this.changed.signalAll();
		}
	}

}
