package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.sync.SyncProblem.Kind;

/**
 * Runs cycles on a thread of its own: at the interval while the service answers, sooner
 * with back-off while it does not, and not before the moment the service asked to wait
 * for. Can be started again after it was stopped.
 */
public final class SyncSchedule implements AutoCloseable {

	static final String THREAD_NAME = "grantex-gemma-sync";

	private static final Log logger = LogFactory.getLog(SyncSchedule.class);

	/** Keeps a service that asks for no wait at all from being asked without end. */
	private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

	private static final Duration LONGEST_WAIT = Duration.ofHours(1);

	private final AuditSynchronizer synchronizer;

	private final Duration interval;

	private final Backoff backoff;

	private @Nullable ScheduledThreadPoolExecutor executor;

	/**
	 * Creates a schedule that does nothing until it is started.
	 * @param synchronizer runs the cycles
	 * @param interval the time from one cycle to the next, positive
	 */
	public SyncSchedule(AuditSynchronizer synchronizer, Duration interval) {
		this(synchronizer, interval, new SplittableRandom());
	}

	SyncSchedule(AuditSynchronizer synchronizer, Duration interval, RandomGenerator random) {
		if (interval.isNegative() || interval.isZero()) {
			throw new IllegalArgumentException("'interval' must be positive");
		}
		this.synchronizer = synchronizer;
		this.interval = interval;
		this.backoff = new Backoff(interval, random);
	}

	/**
	 * Starts the schedule, unless it runs already.
	 * @param immediately whether the first cycle runs now or after one interval
	 */
	public synchronized void start(boolean immediately) {
		if (this.executor == null) {
			ScheduledThreadPoolExecutor started = newExecutor();
			this.executor = started;
			schedule(started, immediately ? Duration.ZERO : this.interval);
		}
	}

	/**
	 * Stops the schedule, if it runs, after one last cycle if wanted.
	 * @param lastCycle the longest time a last cycle may take; zero for none
	 */
	public void stop(Duration lastCycle) {
		ScheduledThreadPoolExecutor stopping;
		synchronized (this) {
			stopping = this.executor;
			this.executor = null;
			this.synchronizer.planned(null);
		}
		if (stopping == null) {
			return;
		}
		if (!lastCycle.isZero() && !lastCycle.isNegative()) {
			Future<?> last = stopping.submit(this.synchronizer::sync);
			stopping.shutdown();
			await(last, lastCycle);
		}
		stopping.shutdownNow();
	}

	@Override
	public void close() {
		stop(Duration.ZERO);
	}

	private void run(ScheduledThreadPoolExecutor executor) {
		Duration wait = this.interval;
		try {
			wait = waitAfter(this.synchronizer.sync());
		}
		catch (RuntimeException ex) {
			logger.warn("A synchronization cycle failed", ex);
		}
		finally {
			schedule(executor, wait);
		}
	}

	private synchronized void schedule(ScheduledThreadPoolExecutor executor, Duration wait) {
		if (executor == this.executor) {
			executor.schedule(() -> run(executor), wait.toMillis(), TimeUnit.MILLISECONDS);
			this.synchronizer.planned(wait);
		}
	}

	/**
	 * How long to wait for the next cycle.
	 */
	Duration waitAfter(SyncResult result) {
		Optional<Duration> asked = result.problems()
			.stream()
			.map(SyncProblem::retryAfter)
			.filter(Objects::nonNull)
			.max(Comparator.naturalOrder());
		if (asked.isPresent()) {
			return bounded(asked.get());
		}
		if (result.problems().stream().anyMatch((problem) -> problem.kind() == Kind.OFFLINE)) {
			return this.backoff.after(this.synchronizer.status().failures());
		}
		Duration paused = result.resumeAfter();
		return (paused != null && paused.compareTo(this.interval) < 0) ? bounded(paused) : this.interval;
	}

	private static Duration bounded(Duration asked) {
		if (asked.compareTo(SHORTEST_WAIT) < 0) {
			return SHORTEST_WAIT;
		}
		return (asked.compareTo(LONGEST_WAIT) > 0) ? LONGEST_WAIT : asked;
	}

	private static void await(Future<?> last, Duration bound) {
		try {
			last.get(bound.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.info("The last synchronization did not finish; what is left is delivered after the next start");
		}
	}

	private static ScheduledThreadPoolExecutor newExecutor() {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, THREAD_NAME);
			thread.setDaemon(true);
			return thread;
		});
		executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return executor;
	}

}
