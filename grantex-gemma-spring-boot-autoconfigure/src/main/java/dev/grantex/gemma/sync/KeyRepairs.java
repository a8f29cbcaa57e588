package dev.grantex.gemma.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.BundleState;

/**
 * How often a bundle is refreshed only to get a key that the service takes: seldom enough
 * that two devices with the same bundle, or a service that takes no key at all, do not
 * keep refreshing for ever.
 */
final class KeyRepairs {

	private static final int MOST = 3;

	private static final Duration PERIOD = Duration.ofHours(24);

	private KeyRepairs() {
	}

	/**
	 * Whether another one may be made.
	 * @param now the service's time
	 */
	static boolean isAllowed(@Nullable BundleState state, Instant now) {
		return state == null || counted(state, now).size() < MOST;
	}

	/**
	 * The state with one more.
	 */
	static BundleState noted(BundleState state, Instant now) {
		List<Instant> repairs = new ArrayList<>(counted(state, now));
		repairs.add(now);
		return state.withKeyRepairs(repairs);
	}

	/**
	 * What is far in the future was noted while the time was wrong.
	 */
	private static List<Instant> counted(BundleState state, Instant now) {
		return state.keyRepairs()
			.stream()
			.filter((repair) -> Duration.between(repair, now).abs().compareTo(PERIOD) < 0)
			.toList();
	}

}
