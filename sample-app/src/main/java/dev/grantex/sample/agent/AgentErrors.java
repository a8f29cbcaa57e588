package dev.grantex.sample.agent;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import dev.grantex.sample.home.BlindsJammedException;
import dev.grantex.sample.home.UnknownRoomException;

/**
 * Answers calls that a tool could not do with problem details (RFC 9457) that a model can
 * read. Denials are answered so by the library.
 */
@RestControllerAdvice
class AgentErrors {

	@ExceptionHandler
	ProblemDetail failed(BlindsJammedException ex) {
		return problem(HttpStatus.INTERNAL_SERVER_ERROR, "Tool failed", ex);
	}

	@ExceptionHandler
	ProblemDetail unknownTool(UnknownToolException ex) {
		return problem(HttpStatus.NOT_FOUND, "Unknown tool", ex);
	}

	@ExceptionHandler({ InvalidCallException.class, UnknownRoomException.class, IllegalArgumentException.class })
	ProblemDetail invalid(RuntimeException ex) {
		return problem(HttpStatus.BAD_REQUEST, "Invalid call", ex);
	}

	private static ProblemDetail problem(HttpStatus status, String title, RuntimeException ex) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, ex.getMessage());
		problem.setTitle(title);
		return problem;
	}

}
