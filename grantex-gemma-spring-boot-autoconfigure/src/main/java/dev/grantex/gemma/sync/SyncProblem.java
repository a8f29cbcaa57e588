package dev.grantex.gemma.sync;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Why a step of a cycle did not get through.
 *
 * @param step the step
 * @param kind what kind of problem it is, which decides when to try again
 * @param code the service's error code or the library's own, without free text
 * @param retryAfter how long the service asked to wait, if it did
 */
public record SyncProblem(SyncStep step, Kind kind, String code, @Nullable Duration retryAfter) {

	/**
	 * Kinds of problems.
	 */
	public enum Kind {

		/** The service did not answer, or answered that it cannot now. Not a fault. */
		OFFLINE,

		/** The service's certificate is not yet valid: this device's clock is behind. */
		CLOCK,

		/** The service asked to wait. */
		RATE_LIMITED,

		/** The API key is not accepted. */
		KEY_REFUSED,

		/**
		 * The service does not know the agent or the bundle under this API key. Another
		 * customer's key is answered the same way, so it is never taken for a revocation.
		 */
		NOT_FOUND,

		/** The service refused entries of the chain. */
		REJECTED,

		/** The service has other entries in this chain's place. */
		FORKED,

		/** The service refused otherwise. */
		REFUSED,

		/** The device itself could not do its part. */
		LOCAL

	}

}
