package dev.grantex.gemma.audit.verifier;

/**
 * Cuts what is kept of texts in a log, so that an examination needs constant memory.
 */
final class BoundedText {

	private static final int MAX_LENGTH = 256;

	private BoundedText() {
	}

	static String of(String text) {
		if (text.length() <= MAX_LENGTH) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
		return text.substring(0, end) + "…";
	}

}
