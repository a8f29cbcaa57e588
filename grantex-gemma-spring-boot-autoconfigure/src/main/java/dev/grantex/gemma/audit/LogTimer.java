package dev.grantex.gemma.audit;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Does what a log has to do a little later, on a thread that exists only meanwhile and
 * never keeps the process alive.
 */
final class LogTimer implements AutoCloseable {

	private static final Duration IDLE = Duration.ofSeconds(5);

	private final ScheduledThreadPoolExecutor executor;

	LogTimer() {
		this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "grantex-audit-log");
			thread.setDaemon(true);
			return thread;
		}, new ThreadPoolExecutor.DiscardPolicy());
		this.executor.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
		this.executor.allowCoreThreadTimeOut(true);
		this.executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	void after(Duration delay, Runnable task) {
		this.executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Drops what was not begun. What is under way goes on.
	 */
	@Override
	public void close() {
		this.executor.shutdown();
	}

}
