package dev.grantex.sample.agent;

/**
 * A function call is not what the tool's declaration says.
 */
class InvalidCallException extends RuntimeException {

	InvalidCallException(String message) {
		super(message);
	}

}
