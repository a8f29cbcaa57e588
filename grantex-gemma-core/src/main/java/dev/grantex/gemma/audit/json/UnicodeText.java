package dev.grantex.gemma.audit.json;

import java.nio.charset.StandardCharsets;

/**
 * What strings of UTF-16 units need before they can leave the virtual machine.
 */
public final class UnicodeText {

	public static final char REPLACEMENT = '\uFFFD';

	private static final char[] HEX = "0123456789abcdef".toCharArray();

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

	static void appendEscape(char c, StringBuilder out) {
		out.append("\\u")
			.append(HEX[c >> 12])
			.append(HEX[(c >> 8) & 0xF])
			.append(HEX[(c >> 4) & 0xF])
			.append(HEX[c & 0xF]);
	}

	/**
	 * UTF-8 with U+FFFD for a lone surrogate, as the WHATWG encoder has it; Java's own
	 * writes a question mark.
	 */
	public static byte[] utf8(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (isLoneSurrogate(text, i)) {
				return replaceLoneSurrogates(text).getBytes(StandardCharsets.UTF_8);
			}
		}
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String replaceLoneSurrogates(String text) {
		StringBuilder out = new StringBuilder(text.length());
		for (int i = 0; i < text.length(); i++) {
			out.append(isLoneSurrogate(text, i) ? REPLACEMENT : text.charAt(i));
		}
		return out.toString();
	}

	/**
	 * Writes a text as a JSON string. Control characters are escaped in any case.
	 * @param escapes which other characters are escaped too
	 */
	static void appendQuoted(String text, StringBuilder out, Escapes escapes) {
		out.append('"');
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			switch (c) {
				case '"' -> out.append("\\\"");
				case '\\' -> out.append("\\\\");
				case '\b' -> out.append("\\b");
				case '\f' -> out.append("\\f");
				case '\n' -> out.append("\\n");
				case '\r' -> out.append("\\r");
				case '\t' -> out.append("\\t");
				default -> {
					if (c < ' ' || escapes.includes(text, i)) {
						appendEscape(c, out);
					}
					else {
						out.append(c);
					}
				}
			}
		}
		out.append('"');
	}

	/**
	 * Which characters of a text are written as their number.
	 */
	@FunctionalInterface
	interface Escapes {

		boolean includes(String text, int index);

	}

}
