package dev.grantex.gemma.audit.json;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * JSON as Python's {@code json.dumps(value, sort_keys=True, separators=(",", ":"))}
 * writes what {@code json.loads} has read.
 */
public final class PythonJson {

	private static final Comparator<String> CODE_POINTS = PythonJson::compareCodePoints;

	/** Where the decimal point lies beyond these, there is an exponent. */
	private static final int SMALLEST_POINT = -4;

	private static final int LARGEST_POINT = 16;

	private PythonJson() {
	}

	/**
	 * A number in the text in which Python writes it: {@code int} with all its digits,
	 * {@code float} as its {@code repr}.
	 *
	 * @param text the text
	 */
	public record Numeral(String text) {
	}

	public static Object number(String text) {
		return new Numeral(switch (text) {
			case "NaN", "Infinity", "-Infinity" -> text;
			case "-0" -> "0";
			default -> isInteger(text) ? text : repr(Double.parseDouble(text));
		});
	}

	public static String write(@Nullable Object value) {
		return write(value, true);
	}

	/**
	 * The same without {@code sort_keys}.
	 */
	public static String writeInOrder(@Nullable Object value) {
		return write(value, false);
	}

	private static String write(@Nullable Object value, boolean sorted) {
		StringBuilder out = new StringBuilder();
		write(value, out, sorted);
		return out.toString();
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
		String number = (value == 0) ? "0.0" : positiveRepr(ShortestDecimal.of(Math.abs(value)));
		return negative ? "-" + number : number;
	}

	private static String positiveRepr(ShortestDecimal decimal) {
		if (decimal.point() > SMALLEST_POINT && decimal.point() <= LARGEST_POINT) {
			return (decimal.point() < decimal.digits().length()) ? decimal.plain() : decimal.plain() + ".0";
		}
		int exponent = decimal.exponent();
		String padding = (Math.abs(exponent) < 10) ? "0" : "";
		return decimal.mantissa() + "e" + ((exponent < 0) ? "-" : "+") + padding + Math.abs(exponent);
	}

	private static boolean isInteger(String text) {
		return text.chars().allMatch((c) -> c == '-' || (c >= '0' && c <= '9'));
	}

	private static void write(@Nullable Object value, StringBuilder out, boolean sorted) {
		if (value instanceof String text) {
			writeString(text, out);
		}
		else if (value instanceof Numeral numeral) {
			out.append(numeral.text());
		}
		else if (value instanceof Map<?, ?> map) {
			writeObject(map, out, sorted);
		}
		else if (value instanceof List<?> list) {
			String separator = "[";
			for (Object element : list) {
				out.append(separator);
				write(element, out, sorted);
				separator = ",";
			}
			out.append(list.isEmpty() ? "[]" : "]");
		}
		else {
			out.append(value);
		}
	}

	private static void writeObject(Map<?, ?> map, StringBuilder out, boolean sorted) {
		Map<String, @Nullable Object> members = sorted ? new TreeMap<>(CODE_POINTS) : new LinkedHashMap<>();
		map.forEach((name, value) -> members.put(String.valueOf(name), value));
		String separator = "{";
		for (Map.Entry<String, @Nullable Object> member : members.entrySet()) {
			out.append(separator);
			writeString(member.getKey(), out);
			out.append(':');
			write(member.getValue(), out, sorted);
			separator = ",";
		}
		out.append(map.isEmpty() ? "{}" : "}");
	}

	private static void writeString(String text, StringBuilder out) {
		UnicodeText.appendQuoted(text, out, (escaped, i) -> escaped.charAt(i) > '~');
	}

	private static int compareCodePoints(String left, String right) {
		int i = 0;
		while (i < left.length() && i < right.length()) {
			int a = left.codePointAt(i);
			int b = right.codePointAt(i);
			if (a != b) {
				return Integer.compare(a, b);
			}
			i += Character.charCount(a);
		}
		return Integer.compare(left.length(), right.length());
	}

}
