package dev.grantex.gemma.actuate;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.sync.AuditSynchronizer;
import dev.grantex.gemma.sync.SyncResult;

/**
 * The cycles that requests ask for. Few requests wait at a time, and none for long, so
 * that a slow service does not take the application's own request threads. The cycles run
 * on a thread of their own, which exists only meanwhile: a request that leaves, or is
 * interrupted, ends no cycle. Thread-safe.
 */
final class RequestedCycles implements AutoCloseable {

	static final int PLACES = 8;

	private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

	private static final Duration IDLE = Duration.ofSeconds(5);

	private final AuditSynchronizer synchronizer;

	private final Clock clock;

	private final Duration longestWait;

	private final ThreadPoolExecutor executor;

	/** The next one, until it begins. */
	private @Nullable Cycle next;

	/** How many wait, for the next one or for one under way. */
	private int waiting;

	/**
	 * Creates cycles.
	 * @param longestWait how long a request waits
	 */
	RequestedCycles(AuditSynchronizer synchronizer, Clock clock, Duration longestWait) {
		this.synchronizer = synchronizer;
		this.clock = clock;
		this.longestWait = longestWait;
		this.executor = new ThreadPoolExecutor(1, 1, IDLE.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				(task) -> {
					Thread thread = new Thread(task, "grantex-endpoint");
					thread.setDaemon(true);
					return thread;
				});
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Waits for a cycle that begins after this was called.
	 * @return what it did
	 * @throws EndpointBusyException if the service has asked to wait with everything, too
	 * many wait already, or this one has waited too long or was interrupted
	 */
	SyncResult await() {
		requireUnpaused();
		try {
			Cycle cycle = join();
			try {
				return cycle.await(this.longestWait);
			}
			finally {
				leave(cycle);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw busy("Interrupted");
		}
		catch (TimeoutException | RejectedExecutionException ex) {
			throw busy("The synchronization cycle has not ended yet");
		}
	}

	/**
	 * How many requests wait.
	 */
	synchronized int waiting() {
		return this.waiting;
	}

	/**
	 * Ends the cycle under way, and the waiting for the next one.
	 */
	@Override
	public void close() {
		this.executor.shutdownNow();
		synchronized (this) {
			if (this.next != null) {
				this.next.outcome.completeExceptionally(busy("The application stops"));
			}
		}
	}

	private synchronized Cycle join() {
		if (this.waiting == PLACES) {
			throw busy("Too many wait for a synchronization cycle");
		}
		Cycle cycle = this.next;
		if (cycle == null) {
			Cycle begun = new Cycle();
			this.executor.execute(() -> run(begun));
			this.next = begun;
			cycle = begun;
		}
		cycle.waiting++;
		this.waiting++;
		return cycle;
	}

	private synchronized void leave(Cycle cycle) {
		cycle.waiting--;
		this.waiting--;
	}

	/**
	 * Takes a cycle that is about to begin, after which nobody may join it.
	 * @return whether anybody waits for it
	 */
	private synchronized boolean begin(Cycle cycle) {
		this.next = null;
		return cycle.waiting > 0;
	}

	private void run(Cycle cycle) {
		if (begin(cycle)) {
			try {
				requireUnpaused();
				cycle.outcome.complete(this.synchronizer.sync());
			}
			catch (RuntimeException | Error ex) {
				cycle.outcome.completeExceptionally(ex);
			}
		}
	}

	private void requireUnpaused() {
		this.synchronizer.pause().ifPresent((left) -> {
			throw new EndpointBusyException("The service has asked to wait", left, this.clock.instant());
		});
	}

	private EndpointBusyException busy(String reason) {
		return new EndpointBusyException(reason, ASK_AGAIN, this.clock.instant());
	}

	/**
	 * A cycle that somebody waits for.
	 */
	private static final class Cycle {

		private final CompletableFuture<SyncResult> outcome = new CompletableFuture<>();

		private int waiting;

		SyncResult await(Duration longest) throws InterruptedException, TimeoutException {
			try {
				return this.outcome.get(longest.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (ExecutionException ex) {
				if (ex.getCause() instanceof EndpointBusyException busy) {
					throw busy;
				}
				throw new IllegalStateException("The synchronization cycle failed", ex.getCause());
			}
		}

	}

}
