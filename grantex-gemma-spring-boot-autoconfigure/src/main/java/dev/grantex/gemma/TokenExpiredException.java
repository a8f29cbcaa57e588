package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * The grant, or the consent bundle that carries it, has expired.
 */
public class TokenExpiredException extends OfflineVerificationException {

	public TokenExpiredException(String message) {
		super(message);
	}

	public TokenExpiredException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
