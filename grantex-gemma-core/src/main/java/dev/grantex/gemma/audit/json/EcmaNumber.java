package dev.grantex.gemma.audit.json;

/**
 * Numbers as ECMAScript knows them: IEEE 754 doubles. The safe integers among them are
 * held as {@link Long}, so that equal numbers are equal objects.
 */
public final class EcmaNumber {

	public static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

	/** Beyond these powers of ten a number is written with an exponent. */
	private static final int MIN_PLAIN = -6;

	private static final int MAX_PLAIN = 20;

	private EcmaNumber() {
	}

	public static Object parse(String text) {
		return of(Double.parseDouble(text));
	}

	public static Number of(double value) {
		boolean safeInteger = value == Math.rint(value) && Math.abs(value) <= MAX_SAFE_INTEGER;
		if (safeInteger) {
			return (long) value;
		}
		return value;
	}

	public static boolean isSafe(long value) {
		return value >= -MAX_SAFE_INTEGER && value <= MAX_SAFE_INTEGER;
	}

	/**
	 * Writes a number as {@code JSON.stringify} does: {@code null} for what is not
	 * finite.
	 */
	public static String write(Number number) {
		boolean integer = number instanceof Long || number instanceof Integer || number instanceof Short
				|| number instanceof Byte;
		return (integer && isSafe(number.longValue())) ? Long.toString(number.longValue())
				: write(number.doubleValue());
	}

	public static String write(double value) {
		if (!Double.isFinite(value)) {
			return "null";
		}
		if (value == 0) {
			return "0";
		}
		String text = ShortestDecimal.write(Math.abs(value), MIN_PLAIN, MAX_PLAIN, false);
		return (value < 0) ? "-" + text : text;
	}

}
