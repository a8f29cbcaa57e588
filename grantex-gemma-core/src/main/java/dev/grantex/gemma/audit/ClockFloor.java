package dev.grantex.gemma.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The latest moment that is known to have been, which outlives a restart in the log's
 * seal. It belongs to a bundle: it starts at the bundle's checkpoint and rises with
 * observed time, but never past the bundle's end, so that a clock that once ran ahead
 * cannot lock the device out of its next bundle. Safe for use by several threads.
 */
public final class ClockFloor {

	/** The times that ECMAScript can express (ECMA-262, Time Values), so JSON can too. */
	private static final long LATEST = 8_640_000_000_000_000L;

	private static final long WORTH_SEALING = 1000;

	private static final long UNKNOWN = Long.MIN_VALUE;

	private volatile Runnable onRise = () -> {
	};

	private final AtomicLong floor = new AtomicLong(UNKNOWN);

	private volatile long ceiling;

	private volatile long announced;

	/**
	 * Creates a floor.
	 * @param bundle whose checkpoint and end bound it
	 */
	ClockFloor(ConsentBundle bundle) {
		this.ceiling = millis(bundle.offlineExpiresAt());
	}

	/**
	 * The latest moment known to have been, in Unix milliseconds.
	 * @param remembered one that is, which the floor begins at
	 */
	long from(long remembered) {
		if (this.floor.compareAndSet(UNKNOWN, Math.min(remembered, this.ceiling))) {
			this.announced = this.floor.get();
		}
		return this.floor.get();
	}

	/**
	 * Tells somebody from now on when it has risen by more than a second.
	 */
	void onRise(Runnable listener) {
		this.onRise = listener;
	}

	/**
	 * The moment at which a bundle's floor starts, in Unix milliseconds.
	 */
	static long startOf(ConsentBundle bundle) {
		return Math.min(millis(bundle.checkpointAt()), millis(bundle.offlineExpiresAt()));
	}

	/**
	 * Takes note that a moment has been. Whoever only watches must not do so: an idle
	 * device would write its seal every time it is looked at.
	 * @param now the device's time
	 */
	public void observe(Instant now) {
		long time = Math.min(millis(now), this.ceiling);
		if (time > this.floor.get() && this.floor.accumulateAndGet(time, Math::max) == time) {
			announce(time);
		}
	}

	/**
	 * Whether the clock stands before what has already been.
	 * @param now the device's time
	 * @param skew how far clocks may differ
	 */
	public boolean isRolledBack(Instant now, Duration skew) {
		return millis(now) < this.floor.get() - skew.toMillis();
	}

	/**
	 * The device's time as far as something may depend on it being late: never past the
	 * bundle's end, as no more is known to have been reached.
	 */
	Instant bounded(Instant now) {
		return Instant.ofEpochMilli(Math.min(millis(now), this.ceiling));
	}

	/**
	 * Sets the floor to the service's time, downwards too: it alone is authoritative.
	 * @param serviceTime the time of an authenticated answer
	 */
	public void set(Instant serviceTime) {
		long time = Math.min(millis(serviceTime), this.ceiling);
		this.floor.set(time);
		announce(time);
	}

	/**
	 * The latest moment known to have been.
	 */
	public Instant instant() {
		return Instant.ofEpochMilli(this.floor.get());
	}

	/**
	 * Starts again at the checkpoint of the refreshed bundle, which is the service's
	 * time.
	 */
	void restart(ConsentBundle refreshed) {
		this.ceiling = millis(refreshed.offlineExpiresAt());
		this.floor.set(startOf(refreshed));
	}

	private void announce(long time) {
		if (Math.abs(time - this.announced) > WORTH_SEALING) {
			this.announced = time;
			this.onRise.run();
		}
	}

	private static long millis(Instant time) {
		long seconds = Math.max(-LATEST / 1000, Math.min(LATEST / 1000, time.getEpochSecond()));
		return (seconds == time.getEpochSecond()) ? Math.min(time.toEpochMilli(), LATEST) : seconds * 1000;
	}

}
