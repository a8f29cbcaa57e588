package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What this device believes about the time at the service. What an answer says is
 * believed at once only where this device's clock or the current bundle's life bears it
 * out; else a single answer could deny all calls. Thread-safe.
 */
public final class ServiceTime {

	/** How far two answers may be apart that tell the same time. */
	private static final Duration TOLERANCE = Duration.ofSeconds(5);

	private final CurrentStanding current;

	private final ServiceClock clock;

	private final Duration skew;

	ServiceTime(CurrentStanding current, ServiceClock clock, Duration skew) {
		this.current = current;
		this.clock = clock;
		this.skew = skew;
	}

	/**
	 * The service's time as far as it is believed, and this device's before that.
	 */
	public Clock clock() {
		return this.clock;
	}

	/**
	 * Takes note of what an authenticated answer says, and believes it if it is within
	 * the skew of this device's clock or within the current bundle's life.
	 * @param second the time, which is told in whole seconds
	 * @return whether it is believed, now or since an earlier answer
	 */
	public boolean observe(Instant second) {
		Instant now = this.current.now();
		if (isWithin(this.skew, second, now) || this.current.get().isWithinLife(second)) {
			believe(second);
			return true;
		}
		return this.clock.believedAt(now).filter((believed) -> isWithin(TOLERANCE, second, believed)).isPresent();
	}

	/**
	 * Takes what an authenticated answer says for the truth, and sets the clock's floor
	 * by it, downwards too.
	 * @param second the time, which is told in whole seconds
	 */
	public void believe(Instant second) {
		this.clock.believe(second);
		this.current.get().setTime(second);
	}

	/**
	 * Whether two answers tell the same time.
	 * @param first what the first one says
	 * @param second what the second one says
	 * @param between how long after it that came
	 */
	public static boolean agree(Instant first, Instant second, Duration between) {
		return Duration.between(first, second).minus(between).abs().compareTo(TOLERANCE) <= 0;
	}

	ConsentStatus.Clocks now() {
		Instant now = this.current.now();
		@Nullable Instant service = this.clock.believedAt(now).orElse(null);
		return new ConsentStatus.Clocks(now, service);
	}

	private static boolean isWithin(Duration most, Instant second, Instant time) {
		return ServiceClock.difference(second, time).abs().compareTo(most) <= 0;
	}

}
