package dev.grantex.gemma.web;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.util.UriUtils;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.TokenExpiredException;

/**
 * What became of a guarded call, as problem details of RFC 9457. The type is
 * {@code urn:grantex:problem:<reason>}; the reason also stands as property
 * {@code reason}, and missing scopes as {@code missing_scopes}. The detail is the
 * exception's message, which is safe to show.
 */
public final class ProblemDetails {

	/** The prefix of problem types, followed by the reason. */
	public static final String TYPE_PREFIX = "urn:grantex:problem:";

	/** What the device cannot do now but may again, whoever asks. */
	private static final Set<String> UNAVAILABLE = Set.of("not_running", "no_bundle", "bundle_missing",
			"bundle_unreadable", "bundle_unsafe", "bundle_displaced", "bundle_unwritable", "bundle_outdated",
			"snapshot_expired", "clock_rollback", "clock_ahead", "not_recordable");

	private ProblemDetails() {
	}

	/**
	 * The problem of a call that lacked scopes: status 403.
	 */
	public static ProblemDetail of(ScopeViolationException exception) {
		ProblemDetail problem = problem(HttpStatus.FORBIDDEN, "scope_violation", "Missing scope", exception);
		problem.setProperty("missing_scopes", exception.missingScopes());
		return problem;
	}

	/**
	 * The problem of a call under an expired consent: status 403.
	 */
	public static ProblemDetail of(TokenExpiredException exception) {
		return problem(HttpStatus.FORBIDDEN, "expired", "Consent expired", exception);
	}

	/**
	 * The problem of a call that was denied: status 401 for a caller without a valid
	 * grant, 500 where the application lost its caller, 503 for what an operator can put
	 * right on the device, else 403.
	 */
	public static ProblemDetail of(CallDeniedException exception) {
		String reason = exception.reason();
		if (reason.equals("auth_failure")) {
			return problem(HttpStatus.UNAUTHORIZED, reason, "No valid grant", exception);
		}
		if (reason.equals("no_caller")) {
			return problem(HttpStatus.INTERNAL_SERVER_ERROR, reason, "Caller not known", exception);
		}
		if (UNAVAILABLE.contains(reason) || reason.startsWith("log_")) {
			return problem(HttpStatus.SERVICE_UNAVAILABLE, reason, "Calls are not possible now", exception);
		}
		return problem(HttpStatus.FORBIDDEN, reason, "Call denied", exception);
	}

	/**
	 * The problem of a call that ran without leaving a record: status 500.
	 */
	public static ProblemDetail of(CallNotRecordedException exception) {
		return problem(HttpStatus.INTERNAL_SERVER_ERROR, "not_recorded", "The call ran but was not recorded",
				exception);
	}

	private static ProblemDetail problem(HttpStatus status, String reason, String title, RuntimeException exception) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, exception.getMessage());
		problem.setType(URI.create(TYPE_PREFIX + UriUtils.encode(reason, StandardCharsets.UTF_8)));
		problem.setTitle(title);
		problem.setProperty("reason", reason);
		return problem;
	}

}
