package dev.grantex.gemma.sync;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.BundleState;

/**
 * How often a bundle is refreshed only to get a key that the service takes: seldom enough
 * that two devices with the same bundle, or a service that takes no key at all, do not
 * keep refreshing for ever.
 */
final class KeyRepairs {

	private static final int MOST = 3;

	private KeyRepairs() {
	}

	/**
	 * Whether another one may be made.
	 * @param now the service's time
	 */
	static boolean isAllowed(@Nullable BundleState state, Instant now) {
		return state == null || state.keyRepairsInTheDayBefore(now).size() < MOST;
	}

}
