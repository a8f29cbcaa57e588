package dev.grantex.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

/**
 * The service's time, which a test can set and move. Until it is set it runs with the
 * base clock.
 */
public final class SimulatorClock extends Clock {

	private final Clock base;

	private @Nullable Instant fixed;

	private Duration offset = Duration.ZERO;

	SimulatorClock(Clock base) {
		this.base = base;
	}

	/**
	 * Stops the clock at an instant.
	 * @param instant the time it shows from now on
	 */
	public synchronized void set(Instant instant) {
		this.fixed = instant;
		this.offset = Duration.ZERO;
	}

	/**
	 * Moves the clock by a duration, which may be negative. A stopped clock stays
	 * stopped, a running one runs on.
	 * @param duration how far to move
	 */
	public synchronized void advance(Duration duration) {
		if (this.fixed != null) {
			this.fixed = this.fixed.plus(duration);
		}
		else {
			this.offset = this.offset.plus(duration);
		}
	}

	/**
	 * Goes back to the base clock.
	 */
	public synchronized void reset() {
		this.fixed = null;
		this.offset = Duration.ZERO;
	}

	@Override
	public synchronized Instant instant() {
		return (this.fixed != null) ? this.fixed : this.base.instant().plus(this.offset);
	}

	@Override
	public ZoneId getZone() {
		return this.base.getZone();
	}

	@Override
	public Clock withZone(ZoneId zone) {
		return new Zoned(this, zone);
	}

	private static final class Zoned extends Clock {

		private final SimulatorClock clock;

		private final ZoneId zone;

		Zoned(SimulatorClock clock, ZoneId zone) {
			this.clock = clock;
			this.zone = zone;
		}

		@Override
		public Instant instant() {
			return this.clock.instant();
		}

		@Override
		public ZoneId getZone() {
			return this.zone;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return new Zoned(this.clock, zone);
		}

	}

}
