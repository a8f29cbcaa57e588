package dev.grantex.gemma.audit.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

import tools.jackson.core.io.NumberOutput;

/**
 * The shortest decimal that reads back as a double, of those the nearest to it. It is
 * what ECMAScript and Python write, each in a form of its own.
 */
final class ShortestDecimal {

	private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_UP);

	private ShortestDecimal() {
	}

	/**
	 * Writes a double, with an exponent if the power of ten of its first digit lies
	 * beyond two others: {@code 0.001}, {@code 1500}, {@code 1.5e+300}.
	 * @param value a finite value that is positive
	 * @param padded whether an exponent has two digits at least
	 */
	static String write(double value, int minPlain, int maxPlain, boolean padded) {
		BigDecimal decimal = of(value);
		int exponent = decimal.precision() - decimal.scale() - 1;
		if (exponent >= minPlain && exponent <= maxPlain) {
			return decimal.toPlainString();
		}
		String digits = (padded && Math.abs(exponent) < 10) ? "0" : "";
		return decimal.scaleByPowerOfTen(-exponent).toPlainString() + ((exponent < 0) ? "e-" : "e+") + digits
				+ Math.abs(exponent);
	}

	/**
	 * Jackson, like {@link Double#toString(double)}, gives two digits where one is
	 * enough, because two are nearer. That is so of the smallest doubles alone, whose
	 * neighbours are that far away.
	 */
	private static BigDecimal of(double value) {
		BigDecimal decimal = new BigDecimal(NumberOutput.toString(value, true)).stripTrailingZeros();
		BigDecimal shorter = (decimal.precision() == 2) ? decimal.round(ONE_DIGIT).stripTrailingZeros() : decimal;
		return (shorter.doubleValue() == value) ? shorter : decimal;
	}

}
