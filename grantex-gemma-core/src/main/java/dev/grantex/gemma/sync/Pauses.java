package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pauses that the service has asked for, by this device's clock: each belongs to the
 * limit that asked. Safe for use by several threads.
 */
final class Pauses {

	/** Keeps a service that asks for no wait at all from being asked without end. */
	static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final Duration LONGEST = Duration.ofHours(1);

	private final Clock clock;

	private final Map<Limit, Pause> pauses = new EnumMap<>(Limit.class);

	Pauses(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Begins a pause, of a second to an hour.
	 * @return what ends the step that ran into it
	 */
	synchronized CallPausedException begin(Limit limit, Duration asked) {
		Duration length = bounded(asked);
		this.pauses.put(limit, new Pause(this.clock.instant(), length));
		return new CallPausedException(limit, true, length);
	}

	synchronized boolean isFree(Limit limit) {
		return left(limit).isEmpty();
	}

	synchronized void require(Limit limit) {
		left(limit).ifPresent((left) -> {
			throw new CallPausedException(limit, true, left);
		});
	}

	/**
	 * How long it is until the first pause ends, if there is one.
	 */
	synchronized Optional<Duration> untilNextEnd() {
		return Stream.of(Limit.values()).flatMap((limit) -> left(limit).stream()).min(Comparator.naturalOrder());
	}

	/**
	 * How long it is until there is something again that the service can be asked for, if
	 * all limits have a pause.
	 */
	synchronized Optional<Duration> untilAnyCall() {
		boolean all = Stream.of(Limit.values()).allMatch((limit) -> left(limit).isPresent());
		return all ? untilNextEnd() : Optional.empty();
	}

	/**
	 * A clock that was set back makes no pause longer than the service asked for: since
	 * when it really lasts is not known any more.
	 */
	private Optional<Duration> left(Limit limit) {
		Pause pause = this.pauses.get(limit);
		if (pause == null) {
			return Optional.empty();
		}
		Instant now = this.clock.instant();
		if (now.isBefore(pause.since)) {
			pause = new Pause(now, pause.length);
			this.pauses.put(limit, pause);
		}
		Duration left = pause.length.minus(Duration.between(pause.since, now));
		if (left.isNegative() || left.isZero()) {
			this.pauses.remove(limit);
			return Optional.empty();
		}
		return Optional.of(left);
	}

	private static Duration bounded(Duration asked) {
		if (asked.compareTo(SHORTEST) < 0) {
			return SHORTEST;
		}
		return (asked.compareTo(LONGEST) > 0) ? LONGEST : asked;
	}

	private record Pause(Instant since, Duration length) {

	}

	/**
	 * The limits of the service, each of which can ask for a pause of its own.
	 */
	enum Limit {

		UPLOADS,

		/** Create and refresh. */
		ISSUING,

		/** Status and everything else that is only looked up. */
		LOOK_UPS

	}

}
