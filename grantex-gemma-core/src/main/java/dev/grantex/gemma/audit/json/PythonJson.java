package dev.grantex.gemma.audit.json;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * JSON as Python's {@code json.dumps(value, sort_keys=True, separators=(",", ":"))}
 * writes what {@code json.loads} has read.
 */
public final class PythonJson {

	private static final JsonWriter SORTED = new JsonWriter(PythonJson::sorted, Object::toString,
			PythonJson::isEscaped);

	private static final JsonWriter IN_ORDER = new JsonWriter(Map::entrySet, Object::toString, PythonJson::isEscaped);

	/** Beyond these powers of ten a number is written with an exponent. */
	private static final int MIN_PLAIN = -4;

	private static final int MAX_PLAIN = 15;

	private PythonJson() {
	}

	/**
	 * A number in the text in which Python writes it: {@code int} with all its digits,
	 * {@code float} as its {@code repr}.
	 */
	public record Numeral(String text) {

		@Override
		public String toString() {
			return this.text;
		}

	}

	public static Object number(String text) {
		return new Numeral(switch (text) {
			case "NaN", "Infinity", "-Infinity" -> text;
			case "-0" -> "0";
			default -> isInteger(text) ? text : repr(Double.parseDouble(text));
		});
	}

	public static String write(@Nullable Object value) {
		return SORTED.write(value);
	}

	/**
	 * The same without {@code sort_keys}.
	 */
	public static String writeInOrder(@Nullable Object value) {
		return IN_ORDER.write(value);
	}

	/**
	 * Python's {@code repr} of a float: the shortest digits that read back as the same
	 * double, with an exponent outside of 1e-4 to 1e16.
	 */
	public static String repr(double value) {
		if (Double.isInfinite(value)) {
			return (value > 0) ? "Infinity" : "-Infinity";
		}
		boolean negative = Double.doubleToRawLongBits(value) < 0;
		String number = (value == 0) ? "0" : ShortestDecimal.write(Math.abs(value), MIN_PLAIN, MAX_PLAIN, true);
		return (negative ? "-" : "") + number + (isInteger(number) ? ".0" : "");
	}

	private static boolean isEscaped(String text, int index) {
		return text.charAt(index) > '~';
	}

	private static boolean isInteger(String text) {
		return text.chars().allMatch((c) -> c == '-' || (c >= '0' && c <= '9'));
	}

	private static Collection<? extends Map.Entry<?, ?>> sorted(Map<?, ?> object) {
		Map<Object, @Nullable Object> members = new TreeMap<>(
				Comparator.comparing((name) -> name.toString().codePoints().toArray(), Arrays::compare));
		members.putAll(object);
		return members.entrySet();
	}

}
