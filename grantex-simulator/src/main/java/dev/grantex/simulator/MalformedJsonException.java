package dev.grantex.simulator;

/**
 * A text that is not JSON.
 */
final class MalformedJsonException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	MalformedJsonException() {
		super("Not JSON", null, false, false);
	}

}
