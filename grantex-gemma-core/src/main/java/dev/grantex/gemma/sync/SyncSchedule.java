package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.sync.SyncProblem.Kind;

/**
 * Runs cycles on a thread of its own: an interval after the last cycle, whoever asked for
 * that, sooner with back-off while the service does not answer, and when a pause ends
 * that it asked for. Can be started again after it was stopped.
 */
public final class SyncSchedule implements AutoCloseable {

	static final String THREAD_NAME = "grantex-gemma-sync";

	/** Keeps a cycle from beginning just before a pause ends by the device's clock. */
	private static final Duration MARGIN = Duration.ofMillis(1);

	/** What a request for a bundle that was sent may take of a stop. */
	private static final Duration LONGEST_ISSUE = Duration.ofSeconds(10);

	private static final int LARGEST_SHIFT = 32;

	private static final Log logger = LogFactory.getLog(SyncSchedule.class);

	private final AuditSynchronizer synchronizer;

	private final Duration interval;

	private final RandomGenerator random;

	private @Nullable ScheduledThreadPoolExecutor executor;

	private boolean started;

	private @Nullable Future<SyncResult> issuing;

	/** The next cycle, until it begins. */
	private @Nullable ScheduledFuture<?> next;

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
		this.random = random;
	}

	/**
	 * Requests a bundle, on the schedule's thread, if there is none that may be used.
	 * What has not ended in time goes on in the background, as far as it must not be cut
	 * off, and no cycle begins before it has ended.
	 * @param all how long all calls may take together, and this method
	 * @param lookUps how long look-ups may take of that
	 * @return what happened, empty if it goes on
	 */
	public Optional<SyncResult> issue(Duration all, Duration lookUps) {
		Future<SyncResult> issuing;
		synchronized (this) {
			issuing = open().submit(() -> this.synchronizer.issueWithin(all, lookUps));
			this.issuing = issuing;
		}
		try {
			return Optional.of(issuing.get(all.toNanos(), TimeUnit.NANOSECONDS));
		}
		catch (TimeoutException ex) {
			return Optional.empty();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Optional.empty();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The request for a bundle failed", ex.getCause());
		}
	}

	/**
	 * Starts the schedule, unless it runs already.
	 * @param immediately whether the first cycle runs now or after one interval
	 */
	public synchronized void start(boolean immediately) {
		if (!this.started) {
			open();
			this.started = true;
			this.synchronizer.schedule(this::moveAfter);
			schedule(immediately ? Duration.ZERO : this.interval);
		}
	}

	/**
	 * Starts the schedule after a while, unless it runs already by then or was stopped.
	 * @param longest the while
	 * @param immediately whether the first cycle runs then or one interval later
	 */
	public synchronized void startWithin(Duration longest, boolean immediately) {
		ScheduledThreadPoolExecutor starting = open();
		starting.schedule(() -> startOn(starting, immediately), longest.toNanos(), TimeUnit.NANOSECONDS);
	}

	private synchronized void startOn(ScheduledThreadPoolExecutor starting, boolean immediately) {
		if (starting == this.executor) {
			start(immediately);
		}
	}

	/**
	 * Stops the schedule, if it runs, after one last cycle if wanted. A request for a
	 * bundle that is under way has ten seconds to end.
	 * @param lastCycle the longest time a last cycle may take; zero for none
	 */
	public void stop(Duration lastCycle) {
		ScheduledThreadPoolExecutor stopping;
		Future<SyncResult> issuing;
		boolean wasStarted;
		synchronized (this) {
			stopping = this.executor;
			issuing = this.issuing;
			wasStarted = this.started;
			this.executor = null;
			this.started = false;
			this.next = null;
			this.issuing = null;
			this.synchronizer.schedule((result) -> {
			});
			this.synchronizer.planned(null);
		}
		if (stopping == null) {
			return;
		}
		if (issuing != null) {
			await(issuing, LONGEST_ISSUE);
		}
		if (wasStarted && !lastCycle.isZero() && !lastCycle.isNegative()) {
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

	private void run() {
		synchronized (this) {
			this.next = null;
		}
		try {
			this.synchronizer.sync();
		}
		catch (RuntimeException | Error ex) {
			// Without a next cycle no revocation would arrive any more.
			logger.warn("A synchronization cycle failed", ex);
			schedule(this.interval);
		}
	}

	/**
	 * Plans the next cycle after one has ended, unless it is due already: that one has
	 * begun before.
	 */
	private synchronized void moveAfter(SyncResult result) {
		ScheduledFuture<?> planned = this.next;
		if (planned == null || planned.getDelay(TimeUnit.NANOSECONDS) > 0) {
			schedule(waitAfter(result));
		}
	}

	private synchronized void schedule(Duration wait) {
		ScheduledThreadPoolExecutor running = this.executor;
		if (running != null && this.started) {
			if (this.next != null) {
				this.next.cancel(false);
			}
			this.next = running.schedule(this::run, (wait.isZero() ? wait : wait.plus(MARGIN)).toNanos(),
					TimeUnit.NANOSECONDS);
			this.synchronizer.planned(wait);
		}
	}

	/**
	 * How long to wait for the next cycle.
	 */
	Duration waitAfter(SyncResult result) {
		boolean offline = result.problems().stream().anyMatch((problem) -> problem.kind() == Kind.OFFLINE);
		Duration wait = offline ? backOff(this.synchronizer.status().failures()) : this.interval;
		Stream<Duration> asked = result.problems().stream().map(SyncProblem::retryAfter).filter(Objects::nonNull);
		return Stream.of(asked, Stream.ofNullable(result.resumeAfter()), this.synchronizer.untilPauseEnds().stream())
			.flatMap(Function.identity())
			.map((pause) -> Collections.max(List.of(pause, Pauses.SHORTEST)))
			.reduce(wait, (one, other) -> Collections.min(List.of(one, other)));
	}

	/**
	 * Exponential back-off with full jitter: after the n-th failure in a row a random
	 * wait between nothing and 2<sup>n-1</sup> seconds, never more than the interval.
	 * @param failures how many; less than 1 counts as 1
	 */
	Duration backOff(int failures) {
		long bound = 1000L << Math.max(0, Math.min(failures - 1, LARGEST_SHIFT));
		return Duration.ofMillis(this.random.nextLong(Math.min(bound, this.interval.toMillis()) + 1));
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

	private ScheduledThreadPoolExecutor open() {
		ScheduledThreadPoolExecutor open = this.executor;
		if (open == null) {
			open = newExecutor();
			this.executor = open;
		}
		return open;
	}

	private static ScheduledThreadPoolExecutor newExecutor() {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, THREAD_NAME);
			thread.setDaemon(true);
			return thread;
		});
		executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		executor.setRemoveOnCancelPolicy(true);
		return executor;
	}

}
