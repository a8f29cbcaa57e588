package dev.grantex.gemma.sync;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.StrandingReason;

/**
 * A chain was just found to be stranded, for another reason than that the service named
 * an entry.
 */
final class ChainStrandedException extends GrantexGemmaException {

	private final StrandingReason reason;

	private final String code;

	/**
	 * Creates an exception.
	 * @param code what exactly happened, in lower case with underscores
	 */
	ChainStrandedException(StrandingReason reason, String code) {
		super("The audit chain can no longer grow on the Grantex API");
		this.reason = reason;
		this.code = code;
	}

	StrandingReason reason() {
		return this.reason;
	}

	String code() {
		return this.code;
	}

}
