package dev.grantex.gemma.sync;

import java.util.Locale;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.cloud.ApiServerErrorException;
import dev.grantex.gemma.cloud.ApiUnreachableException;
import dev.grantex.gemma.cloud.AuditRejectedException;
import dev.grantex.gemma.cloud.InvalidAnswerException;
import dev.grantex.gemma.cloud.RateLimitedException;
import dev.grantex.gemma.sync.SyncProblem.Kind;

/**
 * Tells the problems of a cycle apart.
 */
final class SyncProblems {

	private static final String DUPLICATE_SEQ = "DUPLICATE_SEQ";

	private SyncProblems() {
	}

	static SyncProblem of(SyncStep step, RuntimeException failure) {
		if (failure instanceof RateLimitedException limited) {
			return new SyncProblem(step, Kind.RATE_LIMITED, "rate_limited", limited.retryAfter());
		}
		if (failure instanceof ApiUnreachableException unreachable) {
			return new SyncProblem(step, unreachable.isClockFault() ? Kind.CLOCK : Kind.OFFLINE,
					lowerCase(unreachable.reason().name()), null);
		}
		// What answers with something else than the API is not the API but, say, a
		// hotel's
		// login page.
		if (failure instanceof InvalidAnswerException) {
			return new SyncProblem(step, Kind.OFFLINE, "invalid_answer", null);
		}
		if (failure instanceof GrantexAuthException refused) {
			return new SyncProblem(step, kind(refused), code(refused), null);
		}
		return new SyncProblem(step, Kind.LOCAL, failure.getClass().getSimpleName(), null);
	}

	private static Kind kind(GrantexAuthException refused) {
		if (refused instanceof ApiServerErrorException) {
			return Kind.OFFLINE;
		}
		if (refused instanceof AuditRejectedException rejected) {
			return rejected.errors().stream().anyMatch((error) -> DUPLICATE_SEQ.equals(error.code())) ? Kind.FORKED
					: Kind.REJECTED;
		}
		return switch (refused.statusCode()) {
			case 401, 403 -> Kind.KEY_REFUSED;
			case 404 -> Kind.NOT_FOUND;
			default -> Kind.REFUSED;
		};
	}

	private static String code(GrantexAuthException refused) {
		String code = refused.code();
		return (code != null) ? lowerCase(code) : "http_" + refused.statusCode();
	}

	private static String lowerCase(String name) {
		return name.toLowerCase(Locale.ROOT);
	}

}
