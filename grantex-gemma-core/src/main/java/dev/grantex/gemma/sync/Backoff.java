package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter: after the n-th failure in a row a random wait
 * between nothing and 2<sup>n-1</sup> seconds, never more than the interval.
 */
final class Backoff {

	private static final Duration FIRST = Duration.ofSeconds(1);

	private static final int LARGEST_SHIFT = 32;

	private final Duration longest;

	private final RandomGenerator random;

	Backoff(Duration longest, RandomGenerator random) {
		this.longest = longest;
		this.random = random;
	}

	/**
	 * The wait after so many failures in a row.
	 * @param failures how many; less than 1 counts as 1
	 */
	Duration after(int failures) {
		long bound = FIRST.toMillis() << Math.max(0, Math.min(failures - 1, LARGEST_SHIFT));
		return Duration.ofMillis(this.random.nextLong(Math.min(bound, this.longest.toMillis()) + 1));
	}

}
