package dev.grantex.gemma.audit.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

import tools.jackson.core.io.NumberOutput;

/**
 * The shortest decimal that reads back as a double, of those the nearest to it. It is
 * what ECMAScript and Python write, each in a form of its own.
 *
 * @param value the decimal, without zeros at the end
 */
record ShortestDecimal(BigDecimal value) {

	private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_UP);

	/**
	 * The shortest decimal of a double. Jackson, like {@link Double#toString(double)},
	 * gives two digits where one is enough, because two are nearer. That is so of the
	 * smallest doubles alone, whose neighbours are that far away.
	 * @param value a finite value that is positive
	 */
	static ShortestDecimal of(double value) {
		BigDecimal decimal = new BigDecimal(NumberOutput.toString(value, true)).stripTrailingZeros();
		BigDecimal shorter = (decimal.precision() == 2) ? decimal.round(ONE_DIGIT).stripTrailingZeros() : decimal;
		return new ShortestDecimal((shorter.doubleValue() == value) ? shorter : decimal);
	}

	/**
	 * The power of ten of its first digit.
	 */
	int exponent() {
		return this.value.precision() - this.value.scale() - 1;
	}

	/**
	 * The value without an exponent: {@code 0.001}, {@code 1.5}, {@code 1500}.
	 */
	String plain() {
		return this.value.toPlainString();
	}

	/**
	 * The digits with the point after the first: {@code 1}, {@code 1.5}.
	 */
	String mantissa() {
		return this.value.scaleByPowerOfTen(-exponent()).toPlainString();
	}

}
