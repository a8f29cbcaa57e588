package dev.grantex.gemma.audit.json;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What strings of UTF-16 units need before they can leave the virtual machine.
 */
public final class UnicodeText {

	public static final char REPLACEMENT = '\uFFFD';

	private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

	private UnicodeText() {
	}

	/**
	 * Whether the unit at an index is half of a surrogate pair without its other half.
	 */
	public static boolean isLoneSurrogate(String text, int index) {
		char c = text.charAt(index);
		if (Character.isHighSurrogate(c)) {
			return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
		}
		return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
	}

	/**
	 * UTF-8 with U+FFFD for a lone surrogate, as the WHATWG encoder has it; Java's own
	 * writes a question mark.
	 */
	public static byte[] utf8(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (isLoneSurrogate(text, i)) {
				String replaced = LONE_SURROGATE.matcher(text).replaceAll(String.valueOf(REPLACEMENT));
				return replaced.getBytes(StandardCharsets.UTF_8);
			}
		}
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * How many bytes a text without lone surrogates has in UTF-8.
	 */
	public static int utf8Length(String text) {
		int length = text.length();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c >= 0x80) {
				length += (c < 0x800 || Character.isSurrogate(c)) ? 1 : 2;
			}
		}
		return length;
	}

}
