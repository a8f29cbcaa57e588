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

	private final Map<ApiLimit, Pause> pauses = new EnumMap<>(ApiLimit.class);

	Pauses(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Begins a pause.
	 * @param asked how long the service asked to wait; it is kept between a second and an
	 * hour
	 * @return what ends the step that ran into it
	 */
	synchronized CallPausedException begin(ApiLimit limit, Duration asked) {
		Duration length = bounded(asked);
		this.pauses.put(limit, new Pause(this.clock.instant(), length));
		return new CallPausedException(limit, length);
	}

	/**
	 * Whether a limit has no pause.
	 */
	synchronized boolean isFree(ApiLimit limit) {
		return left(limit).isEmpty();
	}

	/**
	 * Checks that a limit has no pause.
	 * @throws CallPausedException if it has
	 */
	synchronized void require(ApiLimit limit) {
		left(limit).ifPresent((left) -> {
			throw new CallPausedException(limit, left);
		});
	}

	/**
	 * How long it is until the first pause ends, if there is one.
	 */
	synchronized Optional<Duration> untilNextEnd() {
		return Map.copyOf(this.pauses)
			.keySet()
			.stream()
			.flatMap((limit) -> left(limit).stream())
			.min(Comparator.naturalOrder());
	}

	/**
	 * How long it is until there is something again that the service can be asked for, if
	 * all limits have a pause.
	 */
	synchronized Optional<Duration> untilAnyCall() {
		boolean all = Stream.of(ApiLimit.values()).allMatch((limit) -> left(limit).isPresent());
		return all ? untilNextEnd() : Optional.empty();
	}

	/**
	 * A clock that was set back makes no pause longer than the service asked for: since
	 * when it really lasts is not known any more.
	 */
	private Optional<Duration> left(ApiLimit limit) {
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

}
