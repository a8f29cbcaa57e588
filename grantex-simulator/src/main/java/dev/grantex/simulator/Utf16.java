package dev.grantex.simulator;

/**
 * Questions about UTF-16 text that need not be well-formed.
 */
final class Utf16 {

	private Utf16() {
	}

	static boolean isLoneSurrogate(String text, int index) {
		char c = text.charAt(index);
		if (Character.isHighSurrogate(c)) {
			return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
		}
		if (Character.isLowSurrogate(c)) {
			return index == 0 || !Character.isHighSurrogate(text.charAt(index - 1));
		}
		return false;
	}

	/**
	 * The text as it arrives anywhere behind a UTF-8 encoder of the service's platform.
	 */
	static String wellFormed(String text) {
		StringBuilder result = new StringBuilder(text.length());
		for (int i = 0; i < text.length(); i++) {
			result.append(isLoneSurrogate(text, i) ? '\uFFFD' : text.charAt(i));
		}
		return result.toString();
	}

	static boolean hasNul(String text) {
		return text.indexOf('\0') >= 0;
	}

}
