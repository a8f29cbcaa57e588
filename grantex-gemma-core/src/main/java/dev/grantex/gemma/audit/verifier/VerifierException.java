package dev.grantex.gemma.audit.verifier;

/**
 * An examination of logs could not be carried out: a file cannot be read, or is not what
 * it was given for. The message says what to do and may name files that the user named.
 */
final class VerifierException extends RuntimeException {

	VerifierException(String message) {
		super(message, null, false, false);
	}

	String advice() {
		return String.valueOf(getMessage());
	}

}
