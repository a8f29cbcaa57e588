package dev.grantex.gemma.sync;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.ApiServerErrorException;
import dev.grantex.gemma.cloud.ApiUnreachableException;
import dev.grantex.gemma.cloud.AuditRejectedException;
import dev.grantex.gemma.cloud.InvalidAnswerException;
import dev.grantex.gemma.sync.SyncProblem.Kind;

/**
 * Tells the problems of a cycle apart.
 */
final class SyncProblems {

	/** What the code of an answer with a status from 500 on begins with. */
	static final String SERVER_ERROR = "http_5";

	static final String PROXY_AUTHENTICATION = "http_407";

	private SyncProblems() {
	}

	static SyncProblem of(SyncStep step, RuntimeException failure, @Nullable String formerBundleId) {
		if (failure instanceof CallPausedException paused) {
			return new SyncProblem(step, Kind.RATE_LIMITED, "rate_limited", paused.left(), formerBundleId);
		}
		if (failure instanceof CallOmittedException omitted) {
			return new SyncProblem(step, Kind.OFFLINE, lowerCase(omitted.reason().name()), null, formerBundleId);
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
		if (failure instanceof ChainStrandedException stranded) {
			return new SyncProblem(step, kind(stranded.reason()), stranded.code(), null, formerBundleId);
		}
		if (failure instanceof NewestBundleRevokedException revoked) {
			return new SyncProblem(step, Kind.WITHDRAWN, "newest_bundle_revoked", null, revoked.bundleId());
		}
		if (failure instanceof PartlyAcceptedException) {
			return new SyncProblem(step, Kind.REFUSED, "partly_accepted", null, formerBundleId);
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
			return EntryErrors.isFork(rejected) ? Kind.FORKED : Kind.REJECTED;
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

	private static Kind kind(StrandingReason reason) {
		return switch (reason) {
			case FORKED -> Kind.FORKED;
			case ROLLED_BACK -> Kind.ROLLED_BACK;
			default -> Kind.REJECTED;
		};
	}

	private static String localCode(RuntimeException failure) {
		if (failure instanceof AuditLogException log) {
			return log.reason();
		}
		if (failure instanceof UncountedEntriesException uncounted) {
			return uncounted.code();
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

}
