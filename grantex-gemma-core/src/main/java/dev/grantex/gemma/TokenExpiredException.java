package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * The grant, or the consent bundle that carries it, has expired. Has no stack trace:
 * frameworks log every denied call.
 */
public class TokenExpiredException extends OfflineVerificationException {

	public TokenExpiredException(String message) {
		this(message, null);
	}

	public TokenExpiredException(String message, @Nullable Throwable cause) {
		super(message, cause, false);
	}

}
