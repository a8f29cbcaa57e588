package dev.grantex.gemma.benchmarks;

import java.util.Locale;

/**
 * One line of the table: a figure beside its reference from the same run, and how far it
 * may be from it.
 *
 * @param what what was measured, and in which unit
 * @param figure the figure
 * @param reference what it is compared with
 * @param comparison the two compared
 * @param reach what the comparison should be
 * @param reached whether it is
 */
record Row(String what, double figure, double reference, String comparison, String reach, boolean reached) {

	/**
	 * A figure that may be at most so many times its reference.
	 */
	static Row ratio(String what, double figure, double reference, double atMost) {
		return new Row(what, figure, reference, times(figure / reference), "≤ " + times(atMost),
				figure <= atMost * reference);
	}

	/**
	 * A figure that must be at least so many times its reference.
	 */
	static Row atLeast(String what, double figure, double reference, double times) {
		return new Row(what, figure, reference, times(figure / reference), "≥ " + times(times),
				figure >= times * reference);
	}

	/**
	 * A figure that may be at most so much above its reference.
	 */
	static Row difference(String what, double figure, double reference, double atMost) {
		return new Row(what, figure, reference, format("%+.1f", figure - reference), format("≤ +%.0f", atMost),
				figure - reference <= atMost);
	}

	/**
	 * A figure without a reference.
	 */
	static Row bound(String what, double figure, double atMost) {
		return new Row(what, figure, Double.NaN, "", format("≤ %.0f", atMost), figure <= atMost);
	}

	/**
	 * The row as a line of a table in Markdown.
	 */
	@Override
	public String toString() {
		return format("| %s | %s | %s | %s | %s%s |", this.what, number(this.figure), number(this.reference),
				this.comparison, this.reach, this.reached ? "" : " **not reached**");
	}

	private static String times(double value) {
		return format((value < 0.1) ? "%.4f ×" : "%.2f ×", value);
	}

	private static String number(double value) {
		if (Double.isNaN(value)) {
			return "–";
		}
		return format((Math.abs(value) < 100) ? "%.2f" : "%.0f", value);
	}

	private static String format(String pattern, Object... arguments) {
		return String.format(Locale.ROOT, pattern, arguments);
	}

}
