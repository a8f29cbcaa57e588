package dev.grantex.gemma.sync;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.cloud.ApiUnreachableException.Reason;

/**
 * A call was not made, because the service did not answer an earlier one of the cycle.
 */
final class CallOmittedException extends GrantexGemmaException {

	private static final long serialVersionUID = 1L;

	private final Reason reason;

	CallOmittedException(Reason reason) {
		super("The Grantex API did not answer in this cycle");
		this.reason = reason;
	}

	/**
	 * Why the earlier one had no answer.
	 */
	Reason reason() {
		return this.reason;
	}

}
