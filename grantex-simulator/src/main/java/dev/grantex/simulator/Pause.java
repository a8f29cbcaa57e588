package dev.grantex.simulator;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds one request at a point of its processing until a test lets it go on.
 */
public final class Pause {

	private final CountDownLatch reached = new CountDownLatch(1);

	private final CountDownLatch released = new CountDownLatch(1);

	Pause() {
	}

	/**
	 * Waits until a request is held here.
	 * @param timeout how long to wait at most
	 * @return whether a request came
	 */
	public boolean awaitReached(Duration timeout) {
		try {
			return this.reached.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Lets the request go on. A request that comes later is not held at all.
	 */
	public void release() {
		this.released.countDown();
	}

	void hold() {
		this.reached.countDown();
		try {
			this.released.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
