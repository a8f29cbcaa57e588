package dev.grantex.gemma.audit.json;

import tools.jackson.core.io.NumberOutput;

/**
 * The shortest decimal that reads back as a double, of those the nearest to it. It is
 * what ECMAScript and Python write, each in a form of its own.
 *
 * @param digits its digits, without zeros at either end; {@code 0} for zero
 * @param point where the decimal point is: the value is {@code 0.digits} times ten to the
 * power of this
 */
record ShortestDecimal(String digits, int point) {

	/**
	 * The shortest decimal of a double.
	 * @param value a finite value that is not negative
	 */
	static ShortestDecimal of(double value) {
		ShortestDecimal decimal = parse(NumberOutput.toString(value, true));
		return (decimal.digits.length() == 2) ? decimal.shortened(value) : decimal;
	}

	private static ShortestDecimal parse(String text) {
		int e = text.indexOf('E');
		int end = (e < 0) ? text.length() : e;
		int exponent = (e < 0) ? 0 : Integer.parseInt(text, e + 1, text.length(), 10);
		int dot = text.indexOf('.');
		String digits = text.substring(0, dot) + text.substring(dot + 1, end);
		int first = 0;
		while (first < digits.length() - 1 && digits.charAt(first) == '0') {
			first++;
		}
		int last = digits.length() - 1;
		while (last > first && digits.charAt(last) == '0') {
			last--;
		}
		return new ShortestDecimal(digits.substring(first, last + 1), dot - first + exponent);
	}

	/**
	 * Jackson, like {@link Double#toString(double)}, gives two digits where one is
	 * enough, because two are nearer. That is so of the smallest doubles alone, whose
	 * neighbours are that far away.
	 */
	private ShortestDecimal shortened(double value) {
		int rounded = (Integer.parseInt(this.digits) + 5) / 10;
		ShortestDecimal shorter = (rounded < 10) ? new ShortestDecimal(Integer.toString(rounded), this.point)
				: new ShortestDecimal("1", this.point + 1);
		return (Double.parseDouble("." + shorter.digits + "E" + shorter.point) == value) ? shorter : this;
	}

	/**
	 * The value without an exponent: {@code 0.001}, {@code 1.5}, {@code 1500}.
	 */
	String plain() {
		if (this.point <= 0) {
			return "0." + "0".repeat(-this.point) + this.digits;
		}
		int length = this.digits.length();
		return (this.point < length) ? this.digits.substring(0, this.point) + "." + this.digits.substring(this.point)
				: this.digits + "0".repeat(this.point - length);
	}

	/**
	 * The digits with the point after the first: {@code 1}, {@code 1.5}.
	 */
	String mantissa() {
		return (this.digits.length() == 1) ? this.digits : this.digits.charAt(0) + "." + this.digits.substring(1);
	}

	/**
	 * The power of ten that belongs to the mantissa.
	 */
	int exponent() {
		return this.point - 1;
	}

}
