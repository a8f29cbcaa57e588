package dev.grantex.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts requests in windows of a minute.
 */
final class RateLimiter {

	private static final Duration WINDOW = Duration.ofMinutes(1);

	private final Clock clock;

	private final boolean aligned;

	private final Map<String, Window> windows = new HashMap<>();

	/**
	 * Creates a counter.
	 * @param aligned whether windows are the clock's minutes, or start with a first
	 * request
	 */
	RateLimiter(Clock clock, boolean aligned) {
		this.clock = clock;
		this.aligned = aligned;
	}

	synchronized Reading count(String key, int limit) {
		Instant now = this.clock.instant();
		Window window = this.windows.get(key);
		if (window == null || now.isBefore(window.start()) || !now.isBefore(window.start().plus(WINDOW))) {
			window = new Window(this.aligned ? now.truncatedTo(ChronoUnit.MINUTES) : now, 0);
		}
		window = new Window(window.start(), window.count() + 1);
		this.windows.put(key, window);
		long millis = Duration.between(now, window.start().plus(WINDOW)).toMillis();
		return new Reading(limit, limit - window.count(), Math.max(1, (millis + 999) / 1000));
	}

	synchronized void clear() {
		this.windows.clear();
	}

	private record Window(Instant start, int count) {
	}

	/**
	 * What a counter shows after a request.
	 *
	 * @param left how many more requests fit; negative when this one did not
	 * @param seconds until the window ends
	 */
	record Reading(int limit, int left, long seconds) {

		boolean isExceeded() {
			return this.left < 0;
		}

		Map<String, String> headers() {
			return Map.of("x-ratelimit-limit", String.valueOf(this.limit), "x-ratelimit-remaining",
					String.valueOf(Math.max(0, this.left)), "x-ratelimit-reset", String.valueOf(this.seconds));
		}

		Map<String, String> retryHeaders() {
			return Map.of("retry-after", String.valueOf(this.seconds));
		}

	}

}
