package dev.grantex.gemma.audit.store;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a log does a little later.
 */
class LogTimerTests {

	@Test
	void doesWhatWasPlannedWithoutAThreadWhenThereIsOneAgain() throws Exception {
		AtomicInteger threads = new AtomicInteger();
		try (LogTimer timer = new LogTimer((task) -> (threads.getAndIncrement() == 0) ? none() : daemon(task))) {
			CountDownLatch done = new CountDownLatch(2);
			timer.after(Duration.ZERO, done::countDown);
			assertThat(done.getCount()).isEqualTo(2);
			timer.after(Duration.ZERO, done::countDown);
			assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
		}
	}

	/** As the JVM says it when a limit of the system is reached. */
	private static Thread none() {
		throw new OutOfMemoryError("unable to create native thread");
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	}

}
