package dev.grantex.gemma.audit;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock under which entries get their places, and the turn to touch the files, which
 * one thread at a time has without holding the lock.
 */
final class WriteTurn {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private boolean taken;

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
