package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The service's time as far as it is believed, and this device's before that. The life of
 * a bundle is judged by it, because the service does so too. Thread-safe.
 * <p>
 * It goes on with this device's clock, and where that is set back with the monotonic one,
 * which nobody can set, but which may stand still while a device sleeps. So a clock that
 * is set back is noticed at once; one that leaps ahead cannot be told from one that woke
 * up.
 */
final class ServiceClock extends Clock {

	/** The service's time is told in whole seconds. */
	private static final Duration RESOLUTION = Duration.ofSeconds(1);

	/** By how much less a clock goes on that was set back and not only read earlier. */
	private static final Duration SET_BACK = Duration.ofSeconds(1);

	private final Clock local;

	private final LongSupplier nanoTime;

	private final AtomicReference<@Nullable Belief> belief;

	ServiceClock(Clock local, LongSupplier nanoTime) {
		this(local, nanoTime, new AtomicReference<>());
	}

	private ServiceClock(Clock local, LongSupplier nanoTime, AtomicReference<@Nullable Belief> belief) {
		this.local = local;
		this.nanoTime = nanoTime;
		this.belief = belief;
	}

	/**
	 * Believes that it is a second at the service. What lies within it agrees with it.
	 */
	void believe(Instant second) {
		Instant now = this.local.instant();
		this.belief.set(new Belief(nearest(second, now), now, this.nanoTime.getAsLong()));
	}

	/**
	 * How far a time, told as a second, is from another.
	 */
	static Duration difference(Instant second, Instant time) {
		return Duration.between(nearest(second, time), time);
	}

	private static Instant nearest(Instant second, Instant time) {
		if (time.isBefore(second)) {
			return second;
		}
		Instant end = second.plus(RESOLUTION);
		return time.isAfter(end) ? end : time;
	}

	/**
	 * The service's time, if anything is believed of it.
	 * @param now the time by this device's clock
	 */
	Optional<Instant> believedAt(Instant now) {
		Belief known = this.belief.get();
		if (known == null) {
			return Optional.empty();
		}
		long nanos = this.nanoTime.getAsLong();
		Duration monotonic = Duration.ofNanos(nanos - known.nanos);
		Duration local = Duration.between(known.local, now);
		if (monotonic.minus(local).compareTo(SET_BACK) <= 0) {
			return Optional.of(later(known.service, local));
		}
		Instant service = later(known.service, monotonic);
		this.belief.compareAndSet(known, new Belief(service, now, nanos));
		return Optional.of(service);
	}

	/**
	 * Whether this device's clock is known to be ahead.
	 * @param now the time by this device's clock
	 * @param skew how far clocks may differ
	 */
	boolean isPassedBy(Instant now, Duration skew) {
		return believedAt(now).filter((service) -> Duration.between(service, now).compareTo(skew) > 0).isPresent();
	}

	@Override
	public Instant instant() {
		Instant now = this.local.instant();
		return believedAt(now).orElse(now);
	}

	@Override
	public ZoneId getZone() {
		return this.local.getZone();
	}

	@Override
	public Clock withZone(ZoneId zone) {
		return new ServiceClock(this.local.withZone(zone), this.nanoTime, this.belief);
	}

	private static Instant later(Instant time, Duration elapsed) {
		try {
			return time.plus(elapsed);
		}
		catch (DateTimeException | ArithmeticException ex) {
			return Instant.MAX;
		}
	}

	/**
	 * What was believed, and what this device's clocks showed then.
	 */
	private record Belief(Instant service, Instant local, long nanos) {

	}

}
