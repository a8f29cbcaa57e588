package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

import dev.grantex.gemma.cloud.ApiUnreachableException;
import dev.grantex.gemma.cloud.ApiUnreachableException.Reason;

/**
 * How long all calls of a cycle may take together, whatever the client's time-outs, and
 * look-ups among them. A call that does not end in time is given up as timed out.
 *
 * @param end of all of them by the system's timer, or null for none
 * @param endOfLookUps the same for look-ups
 */
record CallTime(@Nullable Long end, @Nullable Long endOfLookUps) {

	static final CallTime UNLIMITED = new CallTime(null, null);

	static CallTime of(Duration all, Duration lookUps) {
		long now = System.nanoTime();
		return new CallTime(now + all.toNanos(), now + lookUps.toNanos());
	}

	<T> T lookUp(Supplier<T> call) {
		return within(this.endOfLookUps, call);
	}

	<T> T bounded(Supplier<T> call) {
		return within(this.end, call);
	}

	/**
	 * Checks that there is time for a call that will not be given up.
	 */
	void require() {
		if (this.end != null) {
			left(this.end);
		}
	}

	private static <T> T within(@Nullable Long end, Supplier<T> call) {
		if (end == null) {
			return call.get();
		}
		long left = left(end);
		FutureTask<T> task = new FutureTask<>(call::get);
		Thread thread = new Thread(task, SyncSchedule.THREAD_NAME + "-call");
		thread.setDaemon(true);
		thread.start();
		try {
			return task.get(left, TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new ApiUnreachableException(Reason.TIMEOUT);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ApiUnreachableException(Reason.INTERRUPTED);
		}
		catch (ExecutionException ex) {
			ReflectionUtils.rethrowRuntimeException(ex.getCause());
			throw new IllegalStateException(ex);
		}
		finally {
			task.cancel(true);
		}
	}

	private static long left(long end) {
		long left = end - System.nanoTime();
		if (left <= 0) {
			throw new ApiUnreachableException(Reason.TIMEOUT);
		}
		return left;
	}

}
