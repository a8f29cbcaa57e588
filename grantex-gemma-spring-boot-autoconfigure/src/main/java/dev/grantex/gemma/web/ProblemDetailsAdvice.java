package dev.grantex.gemma.web;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.TokenExpiredException;

/**
 * Answers requests whose guarded call was denied with problem details, in servlet and
 * reactive applications alike. It comes after the application's own advice.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public class ProblemDetailsAdvice {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(ScopeViolationException exception) {
		return ResponseEntity.of(ProblemDetails.of(exception)).build();
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(TokenExpiredException exception) {
		return ResponseEntity.of(ProblemDetails.of(exception)).build();
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(CallDeniedException exception) {
		ProblemDetail problem = ProblemDetails.of(exception);
		ResponseEntity.HeadersBuilder<?> response = ResponseEntity.of(problem);
		if (problem.getStatus() == HttpStatus.UNAUTHORIZED.value()) {
			response.header(HttpHeaders.WWW_AUTHENTICATE, challenge(exception));
		}
		return response.build();
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(CallNotRecordedException exception) {
		return ResponseEntity.of(ProblemDetails.of(exception)).build();
	}

	/** RFC 6750 names an error only to those who brought a token. */
	private static String challenge(CallDeniedException exception) {
		return (exception.getCause() instanceof OfflineVerificationException) ? "Bearer error=\"invalid_token\""
				: "Bearer";
	}

}
