package dev.grantex.gemma.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Texts that are JSON, or nearly.
 */
final class RandomJson {

	private static final int DEEPEST = 5;

	private static final List<String> NAMES = List.of("a", "b", "10", "9", "010", "0", "4294967294", "4294967295", "-1",
			"__proto__", "constructor", "prototype", "\\u0061", "\\u0031", "", "é", "\\ud83d\\ude00", "𝄞");

	private static final List<String> PIECES = List.of("\\n", "\\/", "/", "\\\"", "\\\\", "\\b\\f\\r\\t", "\\u00e9",
			"\\u00E9", "\\ud800", "\\uDC00", "\\uD83D\\uDE00", "\\u0000", "\\u001f", "\\u2028", "\u2028", "\u007f", "é",
			"x", "𝄞", "\\u0041", "\uFEFF", "\\ufeff", " ");

	private static final List<String> NUMBERS = List.of("0", "-0", "1.0", "1e5", "1E+5", "1e-7", "1e400", "-1e400",
			"9007199254740993", "123456789012345678901234567890", "0.1e1", "1e-400", "-0.0e-0", "1e21", "1e-315",
			"4.9e-324", "2.5e-324", "2.4e-324", "17976931348623158079372897140530341507993413271e262");

	/** Among them characters whose low byte is an ASCII digit or letter. */
	private static final String STRAY = "{}[]:,\"\\ \t\n\r0123456789abcdefABCDEFuxeE+-.'/*#\u0130\u0661\u0141\uFF10"
			+ "\u0000\u001f\u00a0\u2028\uFEFFéNI_";

	private final SplittableRandom random;

	private final RandomNumbers numbers;

	RandomJson(long seed) {
		this.random = new SplittableRandom(seed);
		this.numbers = new RandomNumbers(seed);
	}

	String next() {
		StringBuilder out = new StringBuilder();
		value(out, 0);
		for (int i = this.random.nextInt(4); i > 1; i--) {
			change(out);
		}
		// As it arrives from a file: without half surrogate pairs.
		return new String(out.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

	private void change(StringBuilder out) {
		int at = this.random.nextInt(out.length());
		String stray = String.valueOf(STRAY.charAt(this.random.nextInt(STRAY.length())));
		switch (this.random.nextInt(3)) {
			case 0 -> out.insert(at, stray);
			case 1 -> out.replace(at, at + 1, stray);
			default -> out.insert(at, "\\u" + stray + "041");
		}
	}

	private void value(StringBuilder out, int depth) {
		space(out);
		switch (this.random.nextInt((depth < DEEPEST) ? 9 : 6)) {
			case 0 -> out.append(this.random.nextBoolean());
			case 1 -> out.append("null");
			case 2 -> string(out);
			case 3 -> out.append(pick(NUMBERS));
			case 4 -> out.append(this.numbers.next());
			case 5 -> out.append(this.random.nextLong());
			case 6 -> list(out, depth);
			default -> object(out, depth);
		}
		space(out);
	}

	private void list(StringBuilder out, int depth) {
		out.append('[');
		for (int i = this.random.nextInt(4); i > 0; i--) {
			value(out, depth + 1);
			out.append((i > 1) ? "," : "");
		}
		out.append(']');
	}

	private void object(StringBuilder out, int depth) {
		out.append('{');
		for (int i = this.random.nextInt(6); i > 0; i--) {
			space(out);
			out.append('"').append(pick(NAMES)).append('"');
			space(out);
			out.append(':');
			value(out, depth + 1);
			out.append((i > 1) ? "," : "");
		}
		space(out);
		out.append('}');
	}

	private void string(StringBuilder out) {
		out.append('"');
		for (int i = this.random.nextInt(5); i > 0; i--) {
			out.append(pick(PIECES));
		}
		out.append('"');
	}

	private void space(StringBuilder out) {
		if (this.random.nextInt(8) == 0) {
			out.append(" \t\n\r".charAt(this.random.nextInt(4)));
		}
	}

	private String pick(List<String> texts) {
		return texts.get(this.random.nextInt(texts.size()));
	}

}
