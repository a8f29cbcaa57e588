package dev.grantex.gemma.web;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.TokenExpiredException;

/**
 * The answers to requests whose guarded calls did not come to their end.
 */
final class DenialResponses {

	/** More than futures, proxies and frameworks ever wrap around a failure. */
	private static final int MAX_DEPTH = 20;

	private DenialResponses() {
	}

	/**
	 * The answer that a failure calls for by itself or by what caused it, or {@code null}
	 * if there is no denial in it.
	 */
	static @Nullable ResponseEntity<ProblemDetail> find(Throwable failure) {
		Throwable cause = failure;
		for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
			ResponseEntity<ProblemDetail> response = of(cause);
			if (response != null) {
				return response;
			}
			cause = cause.getCause();
		}
		return null;
	}

	private static @Nullable ResponseEntity<ProblemDetail> of(Throwable failure) {
		if (failure instanceof ScopeViolationException exception) {
			return response(ProblemDetails.of(exception));
		}
		if (failure instanceof TokenExpiredException exception) {
			return response(ProblemDetails.of(exception));
		}
		if (failure instanceof CallNotRecordedException exception) {
			return response(ProblemDetails.of(exception));
		}
		return (failure instanceof CallDeniedException exception) ? of(exception) : null;
	}

	static ResponseEntity<ProblemDetail> of(CallDeniedException exception) {
		ProblemDetail problem = ProblemDetails.of(exception);
		ResponseEntity.HeadersBuilder<?> response = ResponseEntity.of(problem);
		if (problem.getStatus() == HttpStatus.UNAUTHORIZED.value()) {
			response.header(HttpHeaders.WWW_AUTHENTICATE, challenge(exception));
		}
		return response.build();
	}

	static ResponseEntity<ProblemDetail> response(ProblemDetail problem) {
		return ResponseEntity.of(problem).build();
	}

	/** RFC 6750 names an error only to those who brought a token. */
	private static String challenge(CallDeniedException exception) {
		return (exception.getCause() instanceof OfflineVerificationException) ? "Bearer error=\"invalid_token\""
				: "Bearer";
	}

}
