package dev.grantex.sample.demo;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Prints the demo in 80 columns.
 */
final class Screen {

	private static final int WIDTH = 80;

	private static final int STEP_WIDTH = 26;

	private static final String INDENT = "   ";

	private static final String ELLIPSIS = "…";

	private final PrintStream out;

	/**
	 * Prints to a stream in UTF-8, also where the locale of the process says nothing.
	 */
	Screen(PrintStream out) {
		this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
	}

	void line(String text) {
		this.out.println(text);
	}

	void phase(int number, String title, String what) {
		line("");
		line(" " + number + "  " + title + "  " + what);
		line("─".repeat(WIDTH));
	}

	/**
	 * Prints whether a step held, and everything known about one that did not.
	 * @param held whether it did
	 * @param step what was tried
	 * @param detail what came of it
	 * @throws StepFailedException if it did not
	 */
	void check(boolean held, String step, String detail) {
		if (!held) {
			line(" ✗ " + pad(step, STEP_WIDTH) + " " + detail);
			throw new StepFailedException(step);
		}
		line(" ✓ " + pad(step, STEP_WIDTH) + " " + cut(detail, WIDTH - STEP_WIDTH - 4));
	}

	/**
	 * Prints what belongs to the step before.
	 */
	void detail(String what, String detail) {
		line(INDENT + pad(what, STEP_WIDTH) + " " + cut(detail, WIDTH - STEP_WIDTH - 4));
	}

	void note(String text) {
		line(INDENT + text);
	}

	/**
	 * Prints a table row.
	 * @param widths the width of each column but the last
	 * @param cells the cells
	 */
	void row(List<Integer> widths, List<String> cells) {
		StringBuilder row = new StringBuilder(" ");
		for (int i = 0; i < widths.size(); i++) {
			row.append(pad(cut(cells.get(i), widths.get(i)), widths.get(i))).append("  ");
		}
		line(row.append(cells.get(widths.size())).toString());
	}

	private static String pad(String text, int width) {
		return text + " ".repeat(Math.max(0, width - text.length()));
	}

	private static String cut(String text, int width) {
		return (text.length() <= width) ? text : text.substring(0, width - 1) + ELLIPSIS;
	}

}
