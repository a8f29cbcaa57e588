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
 * @param formerBundleId the bundle it concerns, if that is not the current one
 */
public record SyncProblem(SyncStep step, Kind kind, String code, @Nullable Duration retryAfter,
		@Nullable String formerBundleId) {

	/**
	 * What an operator can do about it.
	 */
	public String remedy() {
		if (this.formerBundleId != null && this.kind != Kind.WITHDRAWN && !isPassing()) {
			return "Evidence of the former bundle " + this.formerBundleId
					+ " was not delivered. It is tried again; what"
					+ " the service will never take is archived, and the current chain names the archive.";
		}
		boolean issuing = this.step == SyncStep.ISSUE;
		return switch (this.kind) {
			case OFFLINE -> "If the device should be online, check grantex.gemma.api.base-url; it is tried again.";
			case CLOCK -> "Set the device's clock: by it the service's certificate is not valid yet.";
			case RATE_LIMITED -> "It is tried again when the service allows it.";
			case KEY_REFUSED -> "Set grantex.gemma.api.key to a valid API key of the service.";
			case NOT_FOUND -> issuing ? "Check grantex.gemma.agent-id, and that grantex.gemma.api.key is its owner's."
					: "Check that grantex.gemma.api.key is that of the customer the bundle was issued for.";
			case REJECTED ->
				"Keep the log files. If the chain cannot go on, calls are denied and the denial says what to"
						+ " do; else it is tried again.";
			case FORKED ->
				"Keep the log files and find out where an older copy of them, or a cloned device, is at work.";
			case ROLLED_BACK ->
				"Keep the log files and restore the newest copy of log, seal and bundle, or find out where a"
						+ " clone of this device is at work.";
			case REFUSED -> issuing
					? "Check that the agent is registered with grantex.gemma.scopes and may have grantex.gemma.offline-ttl, and"
							+ " grantex.gemma.api.base-url."
					: "Check grantex.gemma.api.base-url, and what the service says about the bundle.";
			case WITHDRAWN -> "The newest bundle of this agent, user and device, " + this.formerBundleId
					+ ", was revoked. To allow a new one, set grantex.gemma.bundle.reissue-after to its id.";
			case LOCAL -> "Check free space and permissions at grantex.gemma.bundle.path and grantex.gemma.audit.path.";
		};
	}

	/**
	 * Whether it may pass without anything being decided about the chain.
	 */
	boolean isPassing() {
		return switch (this.kind) {
			case OFFLINE, CLOCK, RATE_LIMITED, KEY_REFUSED -> true;
			default -> false;
		};
	}

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

		/** The service has entries of this chain that this device does not have. */
		ROLLED_BACK,

		/** The service refused otherwise. */
		REFUSED,

		/**
		 * The consent was withdrawn for the newest bundle, which is not the one on the
		 * device: no other is requested.
		 */
		WITHDRAWN,

		/** The device itself could not do its part. */
		LOCAL

	}

}
