package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * What this device believes about the time at the service, by which the life of a bundle
 * is judged, because the service does so too. What an answer says is believed at once
 * only where this device's clock or the current bundle's life bears it out; else a single
 * answer could deny all calls. Thread-safe.
 * <p>
 * It goes on with this device's clock, and where that is set back with the monotonic one,
 * which nobody can set, but which may stand still while a device sleeps. So a clock that
 * is set back is noticed at once; one that leaps ahead cannot be told from one that woke
 * up.
 */
public final class ServiceTime {

	/** How far two answers may be apart that tell the same time. */
	private static final Duration TOLERANCE = Duration.ofSeconds(5);

	/** The service's time is told in whole seconds. */
	private static final Duration RESOLUTION = Duration.ofSeconds(1);

	/** By how much less a clock goes on that was set back and not only read earlier. */
	private static final Duration SET_BACK = Duration.ofSeconds(1);

	private final CurrentStanding current;

	private final LongSupplier nanoTime;

	private final Duration skew;

	private final AtomicReference<@Nullable Belief> belief = new AtomicReference<>();

	ServiceTime(CurrentStanding current, LongSupplier nanoTime, Duration skew) {
		this.current = current;
		this.nanoTime = nanoTime;
		this.skew = skew;
	}

	/**
	 * What was believed, and what this device's clocks showed then.
	 */
	private record Belief(Instant service, Instant local, long nanos) {
	}

	/**
	 * The service's time as far as it is believed, and this device's before that.
	 */
	public Clock clock() {
		Clock local = this.current.clock();
		InstantSource time = () -> {
			Instant now = local.instant();
			return believedAt(now).orElse(now);
		};
		return time.withZone(local.getZone());
	}

	/**
	 * Takes note of what an authenticated answer says, and believes it if it is within
	 * the skew of this device's clock or within the current bundle's life.
	 * @param second the time, which is told in whole seconds
	 * @return whether it is believed, now or since an earlier answer
	 */
	public boolean observe(Instant second) {
		Instant now = this.current.now();
		if (isWithin(this.skew, second, now) || isWithinLife(second)) {
			believe(second);
			return true;
		}
		return believedAt(now).filter((believed) -> isWithin(TOLERANCE, second, believed)).isPresent();
	}

	/**
	 * Takes what an authenticated answer says for the truth, and sets the clock's floor
	 * by it, downwards too. What lies within the second agrees with it.
	 * @param second the time, which is told in whole seconds
	 */
	public void believe(Instant second) {
		Instant now = this.current.now();
		this.belief.set(new Belief(nearest(second, now), now, this.nanoTime.getAsLong()));
		if (this.current.get() instanceof Standing.Open open) {
			open.floor().set(second);
		}
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

	Duration skew() {
		return this.skew;
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
	 */
	boolean isPassedBy(Instant now) {
		return believedAt(now).filter((service) -> Duration.between(service, now).compareTo(this.skew) > 0).isPresent();
	}

	ConsentStatus.Clocks now() {
		Instant now = this.current.now();
		return new ConsentStatus.Clocks(now, believedAt(now).orElse(null));
	}

	private boolean isWithinLife(Instant second) {
		ConsentBundle bundle = this.current.get().bundle();
		return bundle != null && !second.isBefore(bundle.checkpointAt().truncatedTo(ChronoUnit.SECONDS))
				&& !second.isAfter(bundle.offlineExpiresAt());
	}

	private static boolean isWithin(Duration most, Instant second, Instant time) {
		return Duration.between(nearest(second, time), time).abs().compareTo(most) <= 0;
	}

	private static Instant nearest(Instant second, Instant time) {
		if (time.isBefore(second)) {
			return second;
		}
		Instant end = second.plus(RESOLUTION);
		return time.isAfter(end) ? end : time;
	}

	private static Instant later(Instant time, Duration elapsed) {
		try {
			return time.plus(elapsed);
		}
		catch (DateTimeException | ArithmeticException ex) {
			return Instant.MAX;
		}
	}

}
