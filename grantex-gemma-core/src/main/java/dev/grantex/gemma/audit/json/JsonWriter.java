package dev.grantex.gemma.audit.json;

import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Writes JSON text without white space from maps with string keys, collections, strings,
 * booleans, nulls and a dialect's numbers.
 *
 * @param order the members of an object in the order in which they are written
 * @param numbers the text of a number
 * @param escapes which characters of a string are escaped, besides those that must be
 */
record JsonWriter(Function<Map<?, ?>, Collection<? extends Map.Entry<?, ?>>> order, Function<Object, String> numbers,
		Escapes escapes) {

	/**
	 * Which characters of a text are written as their number.
	 */
	interface Escapes {

		boolean includes(String text, int index);

	}

	/**
	 * Writes a value.
	 * @throws IllegalArgumentException if there is anything else in it
	 */
	String write(@Nullable Object value) {
		StringBuilder out = new StringBuilder();
		write(value, out);
		return out.toString();
	}

	private void write(@Nullable Object value, StringBuilder out) {
		if (value instanceof String text) {
			writeString(text, out);
		}
		else if (value instanceof Map<?, ?> map) {
			String separator = "{";
			for (Map.Entry<?, ?> member : this.order.apply(map)) {
				if (!(member.getKey() instanceof String name)) {
					throw new IllegalArgumentException("Not a JSON member name");
				}
				out.append(separator);
				writeString(name, out);
				out.append(':');
				write(member.getValue(), out);
				separator = ",";
			}
			out.append(map.isEmpty() ? "{}" : "}");
		}
		else if (value instanceof Collection<?> elements) {
			String separator = "[";
			for (Object element : elements) {
				out.append(separator);
				write(element, out);
				separator = ",";
			}
			out.append(elements.isEmpty() ? "[]" : "]");
		}
		else if (value == null || value instanceof Boolean) {
			out.append(value);
		}
		else {
			out.append(this.numbers.apply(value));
		}
	}

	private void writeString(String text, StringBuilder out) {
		out.append('"');
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			switch (c) {
				case '"' -> out.append("\\\"");
				case '\\' -> out.append("\\\\");
				case '\b' -> out.append("\\b");
				case '\f' -> out.append("\\f");
				case '\n' -> out.append("\\n");
				case '\r' -> out.append("\\r");
				case '\t' -> out.append("\\t");
				default -> {
					if (c < ' ' || this.escapes.includes(text, i)) {
						out.append("\\u").append(HexFormat.of().toHexDigits(c));
					}
					else {
						out.append(c);
					}
				}
			}
		}
		out.append('"');
	}

}
