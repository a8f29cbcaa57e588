package dev.grantex.gemma.sync;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * Nobody can tell what the service does not have of the current chain.
 */
final class UncountedEntriesException extends GrantexGemmaException {

	private final String code;

	/**
	 * Creates an exception.
	 * @param code why, as calls are denied for it
	 */
	UncountedEntriesException(String code) {
		super("It cannot be told what is left to deliver");
		this.code = code;
	}

	String code() {
		return this.code;
	}

}
