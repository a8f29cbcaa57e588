package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * Root of all exceptions this library throws for reasons other than a programming error.
 * Messages are constant and short: they never carry tokens, keys, paths, arguments or
 * texts of the service, so that they may be shown to a language model and its user.
 */
public class GrantexGemmaException extends RuntimeException {

	public GrantexGemmaException(String message) {
		super(message);
	}

	public GrantexGemmaException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	/**
	 * For what happens in the ordinary course of things, and as often as an agent or an
	 * attacker likes.
	 * @param writableStackTrace whether the exception has a stack trace
	 */
	protected GrantexGemmaException(String message, @Nullable Throwable cause, boolean writableStackTrace) {
		super(message, cause, true, writableStackTrace);
	}

}
