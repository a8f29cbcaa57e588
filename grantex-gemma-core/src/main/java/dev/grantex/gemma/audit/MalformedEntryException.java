package dev.grantex.gemma.audit;

/**
 * A text is not an audit entry. The message is one of the constants of
 * {@link ChainFault}.
 */
final class MalformedEntryException extends RuntimeException {

	MalformedEntryException(String fault) {
		super(fault, null, false, false);
	}

	String fault() {
		return String.valueOf(getMessage());
	}

}
