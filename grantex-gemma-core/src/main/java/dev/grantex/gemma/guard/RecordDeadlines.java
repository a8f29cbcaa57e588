package dev.grantex.gemma.guard;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the application's own code from keeping a record away: what it has to add must be
 * there within some seconds, or another thread writes the record without it. Its threads
 * begin when they are needed and end when nothing is to be done. Thread-safe.
 */
final class RecordDeadlines implements AutoCloseable {

	/** What stands in the place of what came too late. */
	static final Map<String, Object> LATE = Map.of(MetadataExpression.ERROR, "timeout");

	private static final Duration IDLE = Duration.ofSeconds(5);

	/** A listener of the application may hold up each of them. */
	private static final int MAX_WRITERS = 4;

	private final Set<PendingRecord> pending = ConcurrentHashMap.newKeySet();

	private final Duration grace;

	private final ScheduledThreadPoolExecutor timer;

	private final ThreadPoolExecutor writers;

	private volatile boolean closed;

	/**
	 * Creates deadlines.
	 * @param grace how long a record may wait
	 */
	RecordDeadlines(Duration grace) {
		this(grace, threads("grantex-deadlines"), threads("grantex-late-records"));
	}

	/**
	 * Creates deadlines with threads of its own.
	 */
	RecordDeadlines(Duration grace, ThreadFactory timers, ThreadFactory writers) {
		this.grace = grace;
		this.timer = new ScheduledThreadPoolExecutor(1, timers);
		this.writers = new ThreadPoolExecutor(MAX_WRITERS, MAX_WRITERS, IDLE.toSeconds(), TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), writers);
		this.timer.setRemoveOnCancelPolicy(true);
		this.timer.setKeepAliveTime(IDLE.toSeconds(), TimeUnit.SECONDS);
		this.timer.allowCoreThreadTimeOut(true);
		this.writers.allowCoreThreadTimeOut(true);
	}

	/**
	 * Begins to wait for what the application has to add to a record.
	 * @param writing writes the record, once
	 */
	PendingRecord begin(Consumer<Map<String, Object>> writing) {
		PendingRecord record = new PendingRecord(writing);
		this.pending.add(record);
		record.schedule();
		return record;
	}

	/**
	 * Writes what still waits. From now on nothing is waited for: the process may be
	 * about to end.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.timer.shutdownNow();
		this.pending.forEach(PendingRecord::writeLate);
		this.writers.shutdown();
	}

	private static ThreadFactory threads(String name) {
		return (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		};
	}

	/**
	 * A record that waits for the application's own code.
	 */
	final class PendingRecord {

		private final Consumer<Map<String, Object>> writing;

		private final AtomicBoolean taken = new AtomicBoolean();

		private final CountDownLatch written = new CountDownLatch(1);

		private volatile @Nullable Future<?> deadline;

		private volatile @Nullable Throwable failure;

		/** Whether nobody would write the record if the application took too long. */
		private boolean unwatched;

		private PendingRecord(Consumer<Map<String, Object>> writing) {
			this.writing = writing;
		}

		/**
		 * Lets the application add what it has, on this thread, and writes the record
		 * with it unless that took too long. Returns when the record is written.
		 * @param evaluation the application's code
		 */
		void complete(Supplier<Map<String, Object>> evaluation) {
			if (RecordDeadlines.this.closed || this.unwatched) {
				writeLate();
			}
			else if (!this.taken.get()) {
				Map<String, Object> added = evaluation.get();
				if (this.taken.compareAndSet(false, true)) {
					write(added);
				}
			}
			awaitWritten();
		}

		private void schedule() {
			try {
				this.deadline = RecordDeadlines.this.timer.schedule(this::expire, RecordDeadlines.this.grace.toNanos(),
						TimeUnit.NANOSECONDS);
			}
			catch (RejectedExecutionException ex) {
				// It is closed, which completing it will see.
			}
			catch (OutOfMemoryError ex) {
				// Most of all, the system gives no more threads.
				this.unwatched = true;
			}
		}

		private void expire() {
			try {
				RecordDeadlines.this.writers.execute(this::writeLate);
			}
			catch (RejectedExecutionException | OutOfMemoryError ex) {
				writeLate();
			}
		}

		private void writeLate() {
			if (this.taken.compareAndSet(false, true)) {
				write(LATE);
			}
		}

		private void write(Map<String, Object> added) {
			Future<?> scheduled = this.deadline;
			if (scheduled != null) {
				scheduled.cancel(false);
			}
			try {
				this.writing.accept(added);
			}
			catch (Throwable ex) {
				this.failure = ex;
			}
			finally {
				RecordDeadlines.this.pending.remove(this);
				this.written.countDown();
			}
		}

		private void awaitWritten() {
			boolean interrupted = false;
			while (this.written.getCount() > 0) {
				try {
					this.written.await();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
			rethrow();
		}

		private void rethrow() {
			Throwable thrown = this.failure;
			if (thrown instanceof RuntimeException unchecked) {
				throw unchecked;
			}
			if (thrown instanceof Error error) {
				throw error;
			}
			if (thrown != null) {
				throw new IllegalStateException(thrown);
			}
		}

	}

}
