package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.sync.SyncProblem.Kind;

/**
 * Runs cycles on a thread of its own: at the interval while the service answers, sooner
 * with back-off while it does not, and not before the moment the service asked to wait
 * for.
 */
public final class SyncSchedule implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(SyncSchedule.class);

	private static final Duration LONGEST_WAIT = Duration.ofHours(1);

	private final AuditSynchronizer synchronizer;

	private final Duration interval;

	private final Backoff backoff;

	private final ScheduledThreadPoolExecutor executor;

	/**
	 * Creates a schedule that does nothing until it is started.
	 * @param synchronizer runs the cycles
	 * @param interval the time from one cycle to the next, positive
	 */
	public SyncSchedule(AuditSynchronizer synchronizer, Duration interval) {
		this(synchronizer, interval, RandomGenerator.getDefault());
	}

	SyncSchedule(AuditSynchronizer synchronizer, Duration interval, RandomGenerator random) {
		if (interval.isNegative() || interval.isZero()) {
			throw new IllegalArgumentException("'interval' must be positive");
		}
		this.synchronizer = synchronizer;
		this.interval = interval;
		this.backoff = new Backoff(interval, random);
		this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "grantex-gemma-sync");
			thread.setDaemon(true);
			return thread;
		});
		this.executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	/**
	 * Starts the schedule.
	 * @param immediately whether the first cycle runs now or after one interval
	 */
	public void start(boolean immediately) {
		schedule(immediately ? Duration.ZERO : this.interval);
	}

	/**
	 * Stops the schedule, after one last cycle if wanted.
	 * @param lastCycle the longest time a last cycle may take; zero for none
	 */
	public void stop(Duration lastCycle) {
		if (!lastCycle.isZero() && !this.executor.isShutdown()) {
			Future<?> last = this.executor.submit(this.synchronizer::sync);
			this.executor.shutdown();
			await(last, lastCycle);
		}
		this.executor.shutdownNow();
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	private void run() {
		Duration wait = this.interval;
		try {
			wait = waitAfter(this.synchronizer.sync());
		}
		catch (RuntimeException ex) {
			logger.warn("A synchronization cycle failed (" + ex.getClass().getSimpleName() + ")");
		}
		schedule(wait);
	}

	private void schedule(Duration wait) {
		if (!this.executor.isShutdown()) {
			this.executor.schedule(this::run, wait.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	Duration waitAfter(SyncResult result) {
		Optional<Duration> asked = result.problems()
			.stream()
			.map(SyncProblem::retryAfter)
			.filter(Objects::nonNull)
			.max(Comparator.naturalOrder());
		if (asked.isPresent()) {
			return (asked.get().compareTo(LONGEST_WAIT) > 0) ? LONGEST_WAIT : asked.get();
		}
		boolean offline = result.problems().stream().anyMatch((problem) -> problem.kind() == Kind.OFFLINE);
		return offline ? this.backoff.after(this.synchronizer.status().failures()) : this.interval;
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

}
