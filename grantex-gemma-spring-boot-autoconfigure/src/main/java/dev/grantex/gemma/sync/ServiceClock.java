package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * The service's time, as far as answers have told it; this device's time before the first
 * answer. The life of a bundle is judged by it, because the service does so too.
 */
public final class ServiceClock extends Clock {

	private static final Duration RESOLUTION = Duration.ofSeconds(1);

	private final Clock local;

	private volatile Duration offset = Duration.ZERO;

	public ServiceClock(Clock local) {
		this.local = local;
	}

	/**
	 * Takes the time of an answer, which is given in whole seconds: what lies within that
	 * second agrees with it.
	 */
	public void observe(Instant serviceTime) {
		Instant now = this.local.instant();
		Instant latest = serviceTime.plus(RESOLUTION);
		if (now.isBefore(serviceTime)) {
			this.offset = Duration.between(now, serviceTime);
		}
		else {
			this.offset = now.isAfter(latest) ? Duration.between(now, latest) : Duration.ZERO;
		}
	}

	@Override
	public Instant instant() {
		return this.local.instant().plus(this.offset);
	}

	@Override
	public ZoneId getZone() {
		return this.local.getZone();
	}

	@Override
	public Clock withZone(ZoneId zone) {
		return new Zoned(this, zone);
	}

	/**
	 * The same time for another zone.
	 */
	private static final class Zoned extends Clock {

		private final ServiceClock clock;

		private final ZoneId zone;

		Zoned(ServiceClock clock, ZoneId zone) {
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
