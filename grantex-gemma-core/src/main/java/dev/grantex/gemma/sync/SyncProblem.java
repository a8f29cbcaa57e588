package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.ApiServerErrorException;
import dev.grantex.gemma.cloud.ApiUnreachableException;
import dev.grantex.gemma.cloud.AuditRejectedException;
import dev.grantex.gemma.cloud.InvalidAnswerException;
import dev.grantex.gemma.consent.DenialReason;

/**
 * Why a step of a cycle did not get through.
 *
 * @param step the step
 * @param kind what kind of problem it is, which decides when to try again
 * @param code the service's error code or the library's own, without free text
 * @param retryAfter how long it is until the service allows it, if it asked to wait
 * @param formerBundleId the bundle it concerns, if that is not the current one
 */
public record SyncProblem(SyncStep step, Kind kind, String code, @Nullable Duration retryAfter,
		@Nullable String formerBundleId) {

	/** What the code of an answer with a status from 500 on begins with. */
	private static final String SERVER_ERROR = "http_5";

	private static final String PROXY_AUTHENTICATION = "http_407";

	/**
	 * The problem that a failure is.
	 * @param formerBundleId the bundle it concerns, if that is not the current one
	 */
	static SyncProblem of(SyncStep step, RuntimeException failure, @Nullable String formerBundleId) {
		if (failure instanceof StepException known) {
			return known.problem(step, formerBundleId);
		}
		if (failure instanceof CallPausedException paused) {
			return new SyncProblem(step, Kind.RATE_LIMITED, "rate_limited", paused.left(), formerBundleId);
		}
		if (failure instanceof ApiUnreachableException unreachable) {
			return new SyncProblem(step, kind(unreachable), lowerCase(unreachable.reason().name()), null,
					formerBundleId);
		}
		// Not the API, but say a hotel's login page.
		if (failure instanceof InvalidAnswerException) {
			return new SyncProblem(step, Kind.OFFLINE, "invalid_answer", null, formerBundleId);
		}
		if (failure instanceof GrantexAuthException refused) {
			return new SyncProblem(step, kind(refused), code(refused), null, formerBundleId);
		}
		return new SyncProblem(step, Kind.LOCAL, localCode(failure), null, formerBundleId);
	}

	private static Kind kind(ApiUnreachableException unreachable) {
		return switch (unreachable.reason()) {
			case CERTIFICATE_NOT_YET_VALID -> Kind.CLOCK;
			case INTERRUPTED, CLOSED -> Kind.LOCAL;
			default -> Kind.OFFLINE;
		};
	}

	private static Kind kind(GrantexAuthException refused) {
		if (refused instanceof ApiServerErrorException) {
			return Kind.OFFLINE;
		}
		if (refused instanceof AuditRejectedException rejected) {
			return ChainUploads.isFork(rejected) ? Kind.FORKED : Kind.REJECTED;
		}
		return switch (refused.statusCode()) {
			case 401, 403 -> Kind.KEY_REFUSED;
			// Without a code it is a route that is unknown, not a bundle.
			case 404 -> (refused.code() != null) ? Kind.NOT_FOUND : Kind.REFUSED;
			// Of a batch, after it was made as small as possible.
			case 413 -> Kind.REJECTED;
			// The API itself neither redirects nor is a proxy.
			case 301, 302, 303, 307, 308, 407 -> Kind.OFFLINE;
			default -> Kind.REFUSED;
		};
	}

	private static String localCode(RuntimeException failure) {
		if (failure instanceof AuditLogException log) {
			return log.reason();
		}
		String name = failure.getClass().getSimpleName().replaceFirst("Exception$", "");
		return lowerCase(name.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
	}

	private static String code(GrantexAuthException refused) {
		String code = refused.code();
		boolean ofTheService = code != null && refused.statusCode() < 500 && refused.statusCode() != 407;
		return ofTheService ? lowerCase(String.valueOf(code)) : "http_" + refused.statusCode();
	}

	private static String lowerCase(String name) {
		return name.toLowerCase(Locale.ROOT);
	}

	/**
	 * What an operator can do about it.
	 */
	public String remedy() {
		if (this.code.equals(StrandingReason.BUNDLE_MISSING.code())) {
			return "Evidence of the bundle " + this.formerBundleId
					+ " is on this device without that bundle, and cannot"
					+ " be delivered. Keep the log files, and restore the bundle's file if there is a copy.";
		}
		if (this.formerBundleId != null && this.kind != Kind.WITHDRAWN && !isPassing()) {
			return "Evidence of the former bundle " + this.formerBundleId + " was not delivered. " + formerRemedy()
					+ "It is tried again; what the service will never take is archived, and the current chain names the"
					+ " archive.";
		}
		boolean issuing = this.step == SyncStep.ISSUE;
		return switch (this.kind) {
			case OFFLINE -> offlineRemedy();
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
			case LOCAL -> localRemedy();
		};
	}

	private String formerRemedy() {
		return (this.kind == Kind.LOCAL && this.code.equals(AuditLogException.LOG_MISSING))
				? "If a file of its log was moved away, put it back beside grantex.gemma.audit.path. " : "";
	}

	/** An answer of the service, or of a proxy, says that the address is right. */
	private String offlineRemedy() {
		if (this.code.equals(PROXY_AUTHENTICATION)) {
			return "A proxy on the way asks for credentials: let this device's requests pass it, or set another with the"
					+ " JVM's proxy settings; it is tried again.";
		}
		if (this.code.startsWith(SERVER_ERROR)) {
			return "The service, or a proxy before it, could not process the request; it is tried again.";
		}
		return "If the device should be online, check grantex.gemma.api.base-url; it is tried again.";
	}

	/** What calls are denied for has a remedy of its own. */
	private String localRemedy() {
		return Stream.of(DenialReason.values())
			.filter((reason) -> reason.code().equals(this.code))
			.map(DenialReason::remedy)
			.findFirst()
			.orElse("Check free space and permissions at grantex.gemma.bundle.path and grantex.gemma.audit.path.");
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
