package dev.grantex.gemma.web;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.CallNotRecordedException;
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
		return DenialResponses.response(ProblemDetails.of(exception));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(TokenExpiredException exception) {
		return DenialResponses.response(ProblemDetails.of(exception));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(CallDeniedException exception) {
		return DenialResponses.of(exception);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(CallNotRecordedException exception) {
		return DenialResponses.response(ProblemDetails.of(exception));
	}

}
