package dev.grantex.gemma.audit.verifier.report;

import java.util.Locale;

/**
 * What a result amounts to, in the words of this and of other packages.
 */
public enum ResultKind {

	SUCCESS, DENIED, ERROR, CANCELLED, STARTED, OTHER;

	/**
	 * The kind of an entry's result.
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

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
