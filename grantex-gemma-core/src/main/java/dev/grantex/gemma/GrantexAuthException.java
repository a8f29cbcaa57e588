package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * The Grantex API refused a request.
 */
public class GrantexAuthException extends GrantexGemmaException {

	private final int statusCode;

	private final @Nullable String code;

	/**
	 * Creates a refusal.
	 * @param message what was refused, without texts of the service
	 * @param statusCode the HTTP status of the answer
	 * @param code the error code in the answer's body, if it had one
	 */
	public GrantexAuthException(String message, int statusCode, @Nullable String code) {
		super(message);
		this.statusCode = statusCode;
		this.code = code;
	}

	/**
	 * The HTTP status of the answer: 401 and 403 for an API key that is not accepted.
	 */
	public int statusCode() {
		return this.statusCode;
	}

	/**
	 * The error code in the answer's body, such as {@code BUNDLE_REVOKED}.
	 */
	public @Nullable String code() {
		return this.code;
	}

}
