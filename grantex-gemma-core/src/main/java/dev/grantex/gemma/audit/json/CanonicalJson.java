package dev.grantex.gemma.audit.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

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

	private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,9}");

	private static final JsonWriter WRITER = new JsonWriter(CanonicalJson::inOrder, CanonicalJson::number,
			UnicodeText::isLoneSurrogate);

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
		return WRITER.write(value);
	}

	private static String number(Object value) {
		if (value instanceof Number number) {
			return EcmaNumber.write(number);
		}
		throw new IllegalArgumentException("Not a JSON value");
	}

	private static Collection<Map.Entry<?, ?>> inOrder(Map<?, ?> object) {
		Map<Long, Map.Entry<?, ?>> indexes = new TreeMap<>();
		List<Map.Entry<?, ?>> others = new ArrayList<>(object.size());
		for (Map.Entry<?, ?> member : object.entrySet()) {
			long index = arrayIndex(String.valueOf(member.getKey()));
			if (index >= 0) {
				indexes.put(index, member);
			}
			else {
				others.add(member);
			}
		}
		others.addAll(0, indexes.values());
		return others;
	}

	private static long arrayIndex(String name) {
		if (name.isEmpty() || name.charAt(0) > '9' || !INDEX.matcher(name).matches()) {
			return -1;
		}
		long index = Long.parseLong(name);
		return (index <= MAX_ARRAY_INDEX) ? index : -1;
	}

}
