package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * A guarded call was denied before it ran, for a reason that is neither a missing scope
 * ({@link ScopeViolationException}) nor an expired grant ({@link TokenExpiredException}).
 * Has no stack trace: frameworks log every denied call.
 */
public class CallDeniedException extends GrantexGemmaException {

	private final String reason;

	/**
	 * Creates a denial.
	 * @param reason a constant in lower case with underscores, such as {@code revoked}
	 * @param message a short text that is safe to show to a language model, and says what
	 * it can do
	 */
	public CallDeniedException(String reason, String message) {
		this(reason, message, null);
	}

	public CallDeniedException(String reason, String message, @Nullable Throwable cause) {
		super(message, cause, false);
		this.reason = reason;
	}

	/**
	 * Why the call was denied, as it stands in the audit entry's metadata.
	 */
	public String reason() {
		return this.reason;
	}

}
