package dev.grantex.gemma.audit.store;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.ThrottledLine;

/**
 * Does what a log has to do a little later, on a thread that exists only meanwhile and
 * never keeps the process alive.
 */
public final class LogTimer implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(LogTimer.class);

	private static final Duration IDLE = Duration.ofSeconds(5);

	private final ScheduledThreadPoolExecutor executor;

	private final ThrottledLine noThread = new ThrottledLine(logger);

	/**
	 * Creates a timer.
	 * @param name what its thread is called
	 */
	public LogTimer(String name) {
		this((task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		});
	}

	public LogTimer(ThreadFactory threads) {
		this.executor = new ScheduledThreadPoolExecutor(1, threads, new ThreadPoolExecutor.DiscardPolicy());
		this.executor.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
		this.executor.allowCoreThreadTimeOut(true);
		this.executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	/**
	 * Plans a task. If the system gives no thread, it waits for the next one that is
	 * planned: no entry may fail for it.
	 */
	public void after(Duration delay, Runnable task) {
		try {
			this.executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (OutOfMemoryError ex) {
			this.noThread.warn(() -> "The system gives no thread to tidy up the audit log; that is done later", null);
		}
	}

	/**
	 * Drops what was not begun. What is under way goes on.
	 */
	@Override
	public void close() {
		this.executor.shutdown();
	}

}
