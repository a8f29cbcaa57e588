package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Time that nobody can set, and waiting for it to pass.
 */
interface MonotonicTime {

	MonotonicTime SYSTEM = new MonotonicTime() {

		@Override
		public long nanoTime() {
			return System.nanoTime();
		}

		@Override
		public void sleep(Duration duration) throws InterruptedException {
			TimeUnit.NANOSECONDS.sleep(duration.toNanos());
		}

	};

	/**
	 * Nanoseconds since some moment.
	 */
	long nanoTime();

	/**
	 * Waits.
	 * @throws InterruptedException if the thread is interrupted
	 */
	void sleep(Duration duration) throws InterruptedException;

}
