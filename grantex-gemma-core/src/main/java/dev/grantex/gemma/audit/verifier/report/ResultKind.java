package dev.grantex.gemma.audit.verifier.report;

/**
 * What a result amounts to, in the words of this and of other packages.
 */
public enum ResultKind {

	/** The call succeeded. */
	SUCCESS,
	/** The call was denied. */
	DENIED,
	/** The call failed. */
	ERROR,
	/** The call was cancelled. */
	CANCELLED,
	/** The call was about to start. */
	STARTED,
	/** Any other result. */
	OTHER;

	/**
	 * The kind of a result.
	 * @param result an entry's result
	 * @return its kind
	 */
	public static ResultKind of(String result) {
		return switch (result) {
			case "success" -> SUCCESS;
			case "denied", "scope_violation", "auth_failure" -> DENIED;
			case "error", "execution_error" -> ERROR;
			case "cancelled" -> CANCELLED;
			case "started" -> STARTED;
			default -> OTHER;
		};
	}

}
