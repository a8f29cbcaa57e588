package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Time that passes only while somebody waits.
 */
final class TestTime implements AnsweredTimes.MonotonicTime {

	private final List<Duration> waits = new ArrayList<>();

	private long nanos;

	private boolean interrupted;

	/**
	 * How long a cycle has waited each time.
	 */
	synchronized List<Duration> waits() {
		return List.copyOf(this.waits);
	}

	/**
	 * Interrupts whoever waits next.
	 */
	synchronized void interruptSleep() {
		this.interrupted = true;
	}

	@Override
	public synchronized long nanoTime() {
		return this.nanos;
	}

	@Override
	public synchronized void sleep(Duration duration) throws InterruptedException {
		if (this.interrupted) {
			throw new InterruptedException();
		}
		this.waits.add(duration);
		this.nanos += duration.toNanos();
	}

}
