package dev.grantex.gemma.audit.json;

/**
 * A text is not what it should be: not JSON, or not an entry or a seal. The message is
 * the fault, a constant text.
 */
public final class MalformedLineException extends RuntimeException {

	/** The fault of a text that is not JSON. */
	public static final String NOT_JSON = "the line is not JSON";

	/** The fault of an object that names a member twice. */
	public static final String DUPLICATE_MEMBER = "a member appears twice";

	public MalformedLineException(String fault) {
		super(fault, null, false, false);
	}

	public String fault() {
		return String.valueOf(getMessage());
	}

}
