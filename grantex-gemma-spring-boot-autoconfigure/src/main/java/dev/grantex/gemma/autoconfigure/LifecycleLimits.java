package dev.grantex.gemma.autoconfigure;

import java.time.Duration;

/**
 * How long the parts of a start and a stop may take. A bean of this type takes the place
 * of the default, so that tests need not wait.
 *
 * @param readiness after what time cycles begin even if the application is not ready
 * @param requests what all requests before the web server starts may take together
 * @param lookUps what look-ups may take of that
 * @param lastCycle what the last cycle may take
 */
record LifecycleLimits(Duration readiness, Duration requests, Duration lookUps, Duration lastCycle) {

	static final LifecycleLimits DEFAULT = new LifecycleLimits(Duration.ofSeconds(30), Duration.ofSeconds(30),
			Duration.ofSeconds(15), Duration.ofSeconds(10));

}
