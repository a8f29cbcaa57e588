package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * A grant token could not be verified against the JWKS snapshot on the device.
 */
public class OfflineVerificationException extends GrantexGemmaException {

	public OfflineVerificationException(String message) {
		super(message);
	}

	public OfflineVerificationException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	/**
	 * For what happens in the ordinary course of things.
	 * @param writableStackTrace whether the exception has a stack trace
	 */
	protected OfflineVerificationException(String message, @Nullable Throwable cause, boolean writableStackTrace) {
		super(message, cause, writableStackTrace);
	}

}
