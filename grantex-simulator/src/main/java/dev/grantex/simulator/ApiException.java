package dev.grantex.simulator;

import java.util.List;

/**
 * A refusal in the service's own error envelope.
 */
final class ApiException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final String code;

	private final transient List<EntryError> errors;

	ApiException(int status, String code, String message) {
		this(status, code, message, List.of());
	}

	ApiException(int status, String code, String message, List<EntryError> errors) {
		super(message, null, false, false);
		this.status = status;
		this.code = code;
		this.errors = errors;
	}

	static ApiException badRequest(String message) {
		return new ApiException(400, "BAD_REQUEST", message);
	}

	static ApiException unauthorized(String message) {
		return new ApiException(401, "UNAUTHORIZED", message);
	}

	static ApiException notFound(String message) {
		return new ApiException(404, "NOT_FOUND", message);
	}

	static ApiException internalError() {
		return new ApiException(500, "INTERNAL_ERROR", "An unexpected error occurred");
	}

	int status() {
		return this.status;
	}

	String code() {
		return this.code;
	}

	List<EntryError> errors() {
		return this.errors;
	}

}
