package dev.grantex.simulator;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Numbers as ECMAScript's {@code Number::toString} writes them, found by trial from their
 * exact decimals. It shares nothing with the library, whose numbers are checked with it.
 */
public final class EcmaNumber {

	private static final int MOST_DIGITS = 17;

	private EcmaNumber() {
	}

	/**
	 * Writes a number as {@code JSON.stringify} does.
	 * @param value any double
	 * @return its text; {@code null} if it is not finite
	 */
	public static String write(double value) {
		if (Double.isInfinite(value) || Double.isNaN(value)) {
			return "null";
		}
		if (value == 0) {
			return "0";
		}
		String text = format(shortest(new BigDecimal(Math.abs(value)), Math.abs(value)));
		return (value < 0) ? "-" + text : text;
	}

	/**
	 * For each number of digits there are two candidates, the next below the value and
	 * the next above it. The first that reads back as the value is taken; if both do, the
	 * nearer, and of equally near ones the even.
	 */
	private static BigDecimal shortest(BigDecimal exact, double value) {
		for (int digits = 1; digits < MOST_DIGITS; digits++) {
			BigDecimal below = exact.round(new MathContext(digits, RoundingMode.DOWN));
			BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
			boolean belowReadsBack = Double.parseDouble(below.toString()) == value;
			boolean aboveReadsBack = Double.parseDouble(above.toString()) == value;
			if (belowReadsBack && aboveReadsBack) {
				return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
			}
			if (belowReadsBack || aboveReadsBack) {
				return belowReadsBack ? below : above;
			}
		}
		return exact.round(new MathContext(MOST_DIGITS, RoundingMode.HALF_EVEN));
	}

	private static String format(BigDecimal decimal) {
		BigDecimal stripped = decimal.stripTrailingZeros();
		String digits = stripped.unscaledValue().toString();
		int exponent = stripped.precision() - stripped.scale() - 1;
		if (exponent >= -6 && exponent < 21) {
			return stripped.toPlainString();
		}
		String fraction = (digits.length() > 1) ? "." + digits.substring(1) : "";
		return digits.charAt(0) + fraction + ((exponent < 0) ? "e" : "e+") + exponent;
	}

}
