package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * A grant token could not be verified against the keys the service publishes.
 */
public class GrantTokenException extends GrantexGemmaException {

	public GrantTokenException(String message) {
		super(message);
	}

	public GrantTokenException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
