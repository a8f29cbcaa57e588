package dev.grantex.gemma.consent;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The latest moment that is known to have been. It belongs to a bundle: it starts at the
 * bundle's checkpoint and rises with observed time, but never past the bundle's end, so
 * that a clock that once ran ahead cannot lock the device out of its next bundle.
 */
final class ClockFloor {

	private final long ceiling;

	private final long skew;

	private final AtomicLong floor;

	ClockFloor(Instant checkpointAt, Instant ceiling, Duration skew) {
		this.ceiling = millis(ceiling);
		this.skew = skew.toMillis();
		this.floor = new AtomicLong(Math.min(millis(checkpointAt), this.ceiling));
	}

	/**
	 * Takes note of the time and says whether the clock stands before what has already
	 * been.
	 */
	boolean isRolledBack(long now) {
		long known = this.floor.get();
		if (now > known) {
			this.floor.accumulateAndGet(Math.min(now, this.ceiling), Math::max);
			return false;
		}
		return now < known - this.skew;
	}

	/**
	 * Sets the floor to the service's time, downwards too: it alone is authoritative.
	 */
	void set(Instant serviceTime) {
		this.floor.set(Math.min(serviceTime.toEpochMilli(), this.ceiling));
	}

	Instant instant() {
		return Instant.ofEpochMilli(this.floor.get());
	}

	/**
	 * A bundle may end later than milliseconds can count to.
	 */
	private static long millis(Instant time) {
		try {
			return time.toEpochMilli();
		}
		catch (ArithmeticException ex) {
			return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
		}
	}

}
