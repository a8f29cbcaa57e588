package dev.grantex.sample.agent;

/**
 * The agent has no such tool.
 */
class UnknownToolException extends RuntimeException {

	UnknownToolException() {
		super("There is no such tool");
	}

}
