package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;

/**
 * Lets one cycle run at a time, and tells of its events. Who asks for one while one runs
 * waits for the next, which all who wait share: what a cycle answers, it has asked after
 * the question. What a listener of the events throws cannot disturb the cycle. Neither
 * runs under the lock.
 */
final class CycleTurns implements Consumer<Object> {

	private static final Log logger = LogFactory.getLog(CycleTurns.class);

	private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

	/** How long a listener may take before nobody waits for it any more. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Consumer<Object> listener;

	private final Duration patience;

	private final ThrottledLine failed = new ThrottledLine(logger);

	private @Nullable Thread running;

	/** The next one, once somebody waits for it. */
	private @Nullable Turn next;

	/** Since when a listener is told of something, by the system's timer. */
	private @Nullable Long telling;

	CycleTurns(Consumer<Object> listener) {
		this(listener, PATIENCE);
	}

	CycleTurns(Consumer<Object> listener, Duration patience) {
		this.listener = listener;
		this.patience = patience;
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
	SyncResult take(boolean complete, Supplier<SyncResult> cycle) throws InterruptedException {
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

	private Turn join(boolean complete, Supplier<SyncResult> cycle) {
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
	 * Waits until a cycle ends or tells of something, but not for ever for a listener,
	 * who may wait for another cycle.
	 */
	private void awaitChange() throws InterruptedException {
		Long since = this.telling;
		if (since == null) {
			this.changed.await();
			return;
		}
		if (System.nanoTime() - since > this.patience.toNanos()) {
			throw new IllegalStateException("A listener of synchronization keeps the cycle under way from going on;"
					+ " no listener may wait for another cycle");
		}
		this.changed.await(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS);
	}

	private SyncResult run(Turn turn) {
		try {
			SyncResult result = turn.cycle.get();
			turn.result = result;
			return result;
		}
		catch (RuntimeException | Error ex) {
			turn.failure = ex;
			throw ex;
		}
		finally {
			change(() -> this.running = null);
		}
	}

	@Override
	public void accept(Object event) {
		change(() -> this.telling = System.nanoTime());
		try {
			this.listener.accept(event);
		}
		catch (Throwable ex) {
			this.failed.warn(() -> "A listener of synchronization failed", ex);
		}
		finally {
			change(() -> this.telling = null);
		}
	}

	private void change(Runnable change) {
		this.lock.lock();
		try {
			change.run();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A cycle that somebody waits for. Whoever of them comes first runs it.
	 */
	private static final class Turn {

		private Supplier<SyncResult> cycle;

		private boolean complete;

		private int waiting;

		private @Nullable SyncResult result;

		private @Nullable Throwable failure;

		Turn(Supplier<SyncResult> cycle, boolean complete) {
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
