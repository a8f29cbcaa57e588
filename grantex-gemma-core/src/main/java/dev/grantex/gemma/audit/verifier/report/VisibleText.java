package dev.grantex.gemma.audit.verifier.report;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes text from a log harmless wherever it is shown: characters that move the cursor,
 * change the direction of writing, or cannot be seen are replaced by their code point,
 * such as {@code <U+202E>}.
 */
public final class VisibleText {

	/**
	 * A mark behind four others: enough for any script, too few to paint over the lines
	 * around. What is looked back at is bounded in chars, of which a mark has two at
	 * most.
	 */
	private static final String MARKS = "(?<=[\\p{Mn}\\p{Me}]{4,8})[\\p{Mn}\\p{Me}]";

	/** Ignorable by default, or blank, which their category does not tell. */
	private static final String BLANKS = "[\\x{034F}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}\\x{180B}-\\x{180F}\\x{2800}"
			+ "\\x{3164}\\x{FE00}-\\x{FE0F}\\x{FFA0}\\x{E0100}-\\x{E01EF}]";

	private static final Pattern HIDDEN = Pattern.compile("[\\p{C}\\p{Z}&&[^ ]]|" + BLANKS + "|" + MARKS);

	private VisibleText() {
	}

	/**
	 * Makes a text harmless.
	 * @param limit how many code points are shown at most; what is beyond is counted
	 */
	public static String of(String text, int limit) {
		boolean cut = text.codePointCount(0, text.length()) > limit;
		int end = cut ? text.offsetByCodePoints(0, limit) : text.length();
		String shown = HIDDEN.matcher(text.substring(0, end))
			.replaceAll((hidden) -> String.format(Locale.ROOT, "<U+%04X>", hidden.group().codePointAt(0)));
		return cut ? shown + "… (" + (text.length() - end) + " more)" : shown;
	}

}
