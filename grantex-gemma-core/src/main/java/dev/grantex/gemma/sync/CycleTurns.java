package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Lets one cycle run at a time. Who asks for one while one runs waits for the next, which
 * all who wait share: what a cycle answers, it has asked after the question.
 */
final class CycleTurns {

	private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final CycleEvents events;

	private @Nullable Thread running;

	/** The next one, once somebody waits for it. */
	private @Nullable Turn next;

	/**
	 * Creates turns.
	 * @param events what the cycles tell of
	 */
	CycleTurns(CycleEvents events) {
		this.events = events;
		events.watch(this::wakeWaiting);
	}

	/**
	 * Runs a cycle, or waits for one that begins after this was called.
	 * @param complete whether the cycle is one that does everything; who waits for one
	 * that does less is content with it
	 * @param cycle the cycle, which is run on this thread if none runs
	 * @throws InterruptedException if the thread was interrupted while it waited
	 * @throws IllegalStateException if the cycle under way calls this, if a listener
	 * keeps it from going on, who may wait for this very thread, or if another thread ran
	 * the cycle and it failed
	 */
	SyncResult take(boolean complete, Cycle cycle) throws InterruptedException {
		Turn turn;
		this.lock.lock();
		try {
			if (this.running == Thread.currentThread()) {
				throw new IllegalStateException("A synchronization cycle cannot run inside another");
			}
			turn = join(complete, cycle);
			awaitTurn(turn);
			if (turn.isEnded()) {
				return turn.outcome();
			}
			this.running = Thread.currentThread();
			this.next = null;
		}
		finally {
			this.lock.unlock();
		}
		return run(turn);
	}

	private Turn join(boolean complete, Cycle cycle) {
		Turn joined = this.next;
		if (joined == null) {
			joined = new Turn(cycle, complete);
			this.next = joined;
		}
		else if (complete && !joined.complete) {
			joined.cycle = cycle;
			joined.complete = true;
		}
		return joined;
	}

	private void awaitTurn(Turn turn) throws InterruptedException {
		turn.waiting++;
		try {
			while (this.running != null && !turn.isEnded()) {
				awaitChange();
			}
		}
		finally {
			turn.waiting--;
			if (turn.waiting == 0 && this.next == turn) {
				this.next = null;
			}
		}
	}

	/**
	 * Waits until a cycle ends or tells of something, but not for ever for a listener.
	 */
	private void awaitChange() throws InterruptedException {
		if (!this.events.areTold()) {
			this.changed.await();
			return;
		}
		if (this.events.areHeldUp()) {
			throw new IllegalStateException("A listener of synchronization keeps the cycle under way from going on;"
					+ " no listener may wait for another cycle");
		}
		this.changed.await(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS);
	}

	private void wakeWaiting() {
		this.lock.lock();
		try {
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private SyncResult run(Turn turn) {
		try {
			SyncResult result = turn.cycle.run();
			turn.result = result;
			return result;
		}
		catch (RuntimeException | Error ex) {
			turn.failure = ex;
			throw ex;
		}
		finally {
			this.lock.lock();
			try {
				this.running = null;
				this.changed.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * What is done in a cycle.
	 */
	@FunctionalInterface
	interface Cycle {

		SyncResult run();

	}

	/**
	 * A cycle that somebody waits for. Whoever of them comes first runs it.
	 */
	private static final class Turn {

		private Cycle cycle;

		private boolean complete;

		private int waiting;

		private @Nullable SyncResult result;

		private @Nullable Throwable failure;

		Turn(Cycle cycle, boolean complete) {
			this.cycle = cycle;
			this.complete = complete;
		}

		boolean isEnded() {
			return this.result != null || this.failure != null;
		}

		SyncResult outcome() {
			if (this.result == null) {
				throw new IllegalStateException("The synchronization cycle under way failed", this.failure);
			}
			return this.result;
		}

	}

}
