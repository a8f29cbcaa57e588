package dev.grantex.gemma.bundle;

/**
 * What Jackson lets pass in a text that is no JSON: of a digit in {@code \u0041} it looks
 * at the low byte alone, so that a character such as U+0130 counts as a zero. Every text
 * is looked at here before Jackson reads it.
 */
public final class JsonEscapes {

	private static final int DIGITS = 4;

	private JsonEscapes() {
	}

	/**
	 * Whether all escapes by number have digits of ASCII. Of a text that is otherwise
	 * JSON that is exact, because a backslash stands in strings only.
	 * @param json the text
	 * @return {@code false} if the text is not JSON
	 */
	public static boolean areAscii(String json) {
		int at = json.indexOf('\\');
		while (at >= 0 && at + 1 < json.length()) {
			int next = at + 2;
			if (json.charAt(at + 1) == 'u') {
				int end = Math.min(next + DIGITS, json.length());
				while (next < end) {
					if (json.charAt(next) >= 0x80) {
						return false;
					}
					next++;
				}
			}
			at = json.indexOf('\\', next);
		}
		return true;
	}

}
