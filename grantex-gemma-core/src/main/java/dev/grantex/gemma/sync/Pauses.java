package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When calls have to wait, by this device's clock: within a pause that the service has
 * asked for, which belongs to the limit that asked, and so that uploads keep to the
 * service's limit, 20 a minute and client address, over cycles. Safe for use by several
 * threads.
 */
final class Pauses {

	/** Keeps a service that asks for no wait at all from being asked without end. */
	static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final Duration LONGEST = Duration.ofHours(1);

	private static final int UPLOADS = 20;

	/** A second more than the service's, because calls travel for different times. */
	private static final Duration WINDOW = Duration.ofSeconds(61);

	private final Clock clock;

	private final Deque<Instant> uploads = new ArrayDeque<>();

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
	 * Takes note of an upload that is about to be made.
	 * @throws CallPausedException if it must wait
	 */
	synchronized void beginUpload() {
		Instant now = this.clock.instant();
		requireUpload(now);
		if (this.uploads.size() == UPLOADS) {
			this.uploads.removeFirst();
		}
		this.uploads.addLast(now);
	}

	synchronized void requireUpload() {
		requireUpload(this.clock.instant());
	}

	private void requireUpload(Instant now) {
		bringBack(now);
		if (this.uploads.size() == UPLOADS) {
			Duration since = Duration.between(this.uploads.getFirst(), now);
			if (since.compareTo(WINDOW) < 0) {
				throw new CallPausedException(Limit.UPLOADS, false, WINDOW.minus(since));
			}
		}
	}

	/**
	 * After the clock was set back, uploads lie in the future: when they really were is
	 * not known, but before now.
	 */
	private void bringBack(Instant now) {
		int future = 0;
		while (!this.uploads.isEmpty() && this.uploads.getLast().isAfter(now)) {
			this.uploads.removeLast();
			future++;
		}
		for (int i = 0; i < future; i++) {
			this.uploads.addLast(now);
		}
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
