package dev.grantex.gemma.audit.verifier.report;

import java.util.Locale;

/**
 * Makes text from a log harmless wherever it is shown: characters that move the cursor,
 * change the direction of writing, or cannot be seen are replaced by their code point,
 * such as {@code <U+202E>}.
 */
public final class VisibleText {

	/** Enough for any script, too few to paint over the lines around. */
	private static final int MAX_MARKS = 4;

	private VisibleText() {
	}

	/**
	 * Makes a text harmless.
	 * @param text any text
	 * @param limit how many code points are shown at most; what is beyond is counted
	 * @return the text as it can be shown
	 */
	public static String of(String text, int limit) {
		StringBuilder out = new StringBuilder(Math.min(text.length(), limit) + 16);
		int marks = 0;
		int shown = 0;
		for (int i = 0; i < text.length(); shown++) {
			if (shown == limit) {
				return out.append("… (").append(text.length() - i).append(" more)").toString();
			}
			int c = text.codePointAt(i);
			marks = isMark(c) ? marks + 1 : 0;
			if (isHidden(c) || marks > MAX_MARKS) {
				out.append(String.format(Locale.ROOT, "<U+%04X>", c));
			}
			else {
				out.appendCodePoint(c);
			}
			i += Character.charCount(c);
		}
		return out.toString();
	}

	private static boolean isMark(int c) {
		int type = Character.getType(c);
		return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
	}

	private static boolean isHidden(int c) {
		return switch (Character.getType(c)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
					Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
				true;
			case Character.SPACE_SEPARATOR -> c != ' ';
			default -> isIgnorable(c);
		};
	}

	/**
	 * The default ignorable code points and blank letters that their category does not
	 * tell.
	 */
	private static boolean isIgnorable(int c) {
		return c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x2800 || c == 0x3164 || c == 0xFFA0
				|| isBetween(c, 0x17B4, 0x17B5) || isBetween(c, 0x180B, 0x180F) || isBetween(c, 0xFE00, 0xFE0F)
				|| isBetween(c, 0xE0100, 0xE01EF);
	}

	private static boolean isBetween(int c, int first, int last) {
		return c >= first && c <= last;
	}

}
