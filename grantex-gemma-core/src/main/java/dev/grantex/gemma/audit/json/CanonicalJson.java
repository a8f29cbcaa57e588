package dev.grantex.gemma.audit.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * The one JSON text of a value over which audit entries are hashed: exactly what
 * ECMAScript's {@code JSON.stringify(JSON.parse(text))} gives (ECMA-262, sections
 * JSON.parse, JSON.stringify, QuoteJSONString, Number::toString and
 * OrdinaryOwnPropertyKeys).
 */
public final class CanonicalJson {

	private static final JsonTreeReader READER = new JsonTreeReader(EcmaNumber::parse, false, false);

	private static final long MAX_ARRAY_INDEX = 4294967294L;

	private static final int MAX_ARRAY_INDEX_DIGITS = 10;

	private CanonicalJson() {
	}

	/**
	 * The canonical form of a JSON text. Of a member that appears twice the last value
	 * counts, at the first position; numbers are doubles.
	 * @param json a JSON text, nested 500 levels deep at most
	 * @return the canonical text
	 * @throws IllegalArgumentException if the text is not JSON or nested deeper
	 */
	public static String canonicalize(String json) {
		try {
			return write(READER.read(json));
		}
		catch (MalformedLineException ex) {
			throw new IllegalArgumentException("Not a JSON text");
		}
	}

	/**
	 * The canonical form of a value made of maps with string keys, collections, strings,
	 * booleans, numbers and nulls. Numbers are written as doubles: an integer beyond
	 * ±(2^53−1) loses digits, and what is not finite becomes {@code null}.
	 * @param value the value, which must not contain itself
	 * @return the canonical text
	 * @throws IllegalArgumentException if there is anything else in it
	 */
	public static String write(@Nullable Object value) {
		StringBuilder out = new StringBuilder();
		write(value, out);
		return out.toString();
	}

	private static void write(@Nullable Object value, StringBuilder out) {
		if (value instanceof String text) {
			writeString(text, out);
		}
		else if (value instanceof Number number) {
			out.append(EcmaNumber.write(number));
		}
		else if (value instanceof Map<?, ?> map) {
			writeObject(map, out);
		}
		else if (value instanceof Collection<?> elements) {
			writeArray(elements, out);
		}
		else if (value == null || value instanceof Boolean) {
			out.append(value);
		}
		else {
			throw new IllegalArgumentException("Not a JSON value");
		}
	}

	private static void writeObject(Map<?, ?> map, StringBuilder out) {
		Map<Long, Map.Entry<?, ?>> indexes = new TreeMap<>();
		List<Map.Entry<?, ?>> others = new ArrayList<>(map.size());
		for (Map.Entry<?, ?> member : map.entrySet()) {
			if (!(member.getKey() instanceof String name)) {
				throw new IllegalArgumentException("Not a JSON member name");
			}
			long index = arrayIndex(name);
			if (index >= 0) {
				indexes.put(index, member);
			}
			else {
				others.add(member);
			}
		}
		out.append('{');
		indexes.values().forEach((member) -> writeMember(member, out));
		others.forEach((member) -> writeMember(member, out));
		out.append('}');
	}

	private static void writeMember(Map.Entry<?, ?> member, StringBuilder out) {
		if (out.charAt(out.length() - 1) != '{') {
			out.append(',');
		}
		writeString(String.valueOf(member.getKey()), out);
		out.append(':');
		write(member.getValue(), out);
	}

	private static void writeArray(Collection<?> elements, StringBuilder out) {
		out.append('[');
		boolean first = true;
		for (Object element : elements) {
			if (!first) {
				out.append(',');
			}
			first = false;
			write(element, out);
		}
		out.append(']');
	}

	private static long arrayIndex(String name) {
		int length = name.length();
		if (length == 0 || length > MAX_ARRAY_INDEX_DIGITS || (length > 1 && name.charAt(0) == '0')) {
			return -1;
		}
		long index = 0;
		for (int i = 0; i < length; i++) {
			char digit = name.charAt(i);
			if (digit < '0' || digit > '9') {
				return -1;
			}
			index = index * 10 + (digit - '0');
		}
		return (index <= MAX_ARRAY_INDEX) ? index : -1;
	}

	private static void writeString(String text, StringBuilder out) {
		UnicodeText.appendQuoted(text, out, UnicodeText::isLoneSurrogate);
	}

}
