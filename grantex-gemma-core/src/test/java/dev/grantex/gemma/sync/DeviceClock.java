package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * A device's clock, which goes wrong by an offset.
 */
final class DeviceClock extends Clock {

	private final Clock truth;

	private volatile Duration offset = Duration.ZERO;

	DeviceClock(Clock truth) {
		this.truth = truth;
	}

	void offset(Duration offset) {
		this.offset = offset;
	}

	Duration offset() {
		return this.offset;
	}

	@Override
	public Instant instant() {
		return this.truth.instant().plus(this.offset);
	}

	@Override
	public ZoneId getZone() {
		return this.truth.getZone();
	}

	@Override
	public Clock withZone(ZoneId zone) {
		return this;
	}

}
