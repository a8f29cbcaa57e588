package dev.grantex.gemma.cloud;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * An answer that reports success is not one of the Grantex API: it is not JSON, lacks a
 * member, is about another bundle, or is too large. Something else answered (a captive
 * portal, a proxy), or the service changed. Whether the request took effect is unknown.
 */
public class InvalidAnswerException extends GrantexGemmaException {

	public InvalidAnswerException() {
		this("The answer is not one of the Grantex API");
	}

	InvalidAnswerException(String message) {
		super(message);
	}

}
