package dev.grantex.gemma.audit.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

import dev.grantex.gemma.bundle.JsonEscapes;

/**
 * Reads JSON text into unmodifiable maps, lists, strings, booleans, nulls and whatever a
 * dialect makes of a number's digits. Members keep the order of their first appearance
 * and the value of their last, as in ECMAScript and Python.
 */
public final class JsonTreeReader {

	private static final int MAX_DEPTH = 500;

	private static final int MAX_NUMBER_LENGTH = 5000;

	private final JsonFactory factory;

	private final Function<String, Object> numbers;

	private final boolean duplicatesRefused;

	/**
	 * Creates a reader.
	 * @param numbers what a number's text becomes
	 * @param nonNumericNumbers whether {@code NaN}, {@code Infinity} and
	 * {@code -Infinity} are numbers
	 * @param duplicatesRefused whether a member that appears twice is an error
	 */
	public JsonTreeReader(Function<String, Object> numbers, boolean nonNumericNumbers, boolean duplicatesRefused) {
		// Names come from calls, and ones whose hashes collide must not make an entry
		// unreadable.
		this.factory = JsonFactory.builder()
			.disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
			.configure(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS, nonNumericNumbers)
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(MAX_DEPTH)
				.maxNumberLength(MAX_NUMBER_LENGTH)
				.build())
			.build();
		this.numbers = numbers;
		this.duplicatesRefused = duplicatesRefused;
	}

	public @Nullable Object read(String text) {
		if (!JsonEscapes.areAscii(text)) {
			throw new MalformedLineException(MalformedLineException.NOT_JSON);
		}
		try (JsonParser parser = this.factory.createParser(ObjectReadContext.empty(), text)) {
			Object value = value(parser, parser.nextToken());
			if (parser.nextToken() != null) {
				throw new MalformedLineException(MalformedLineException.NOT_JSON);
			}
			return value;
		}
		catch (JacksonException ex) {
			throw new MalformedLineException(MalformedLineException.NOT_JSON);
		}
	}

	private @Nullable Object value(JsonParser parser, @Nullable JsonToken token) {
		if (token == null) {
			throw new MalformedLineException(MalformedLineException.NOT_JSON);
		}
		return switch (token) {
			case START_OBJECT -> object(parser);
			case START_ARRAY -> array(parser);
			case VALUE_STRING -> parser.getString();
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> this.numbers.apply(parser.getString());
			case VALUE_TRUE -> Boolean.TRUE;
			case VALUE_FALSE -> Boolean.FALSE;
			case VALUE_NULL -> null;
			default -> throw new MalformedLineException(MalformedLineException.NOT_JSON);
		};
	}

	private Map<String, Object> object(JsonParser parser) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			if (this.duplicatesRefused && members.containsKey(name)) {
				throw new MalformedLineException(MalformedLineException.DUPLICATE_MEMBER);
			}
			members.put(name, value(parser, parser.nextToken()));
		}
		return Collections.unmodifiableMap(members);
	}

	private List<Object> array(JsonParser parser) {
		List<@Nullable Object> elements = new ArrayList<>();
		for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
			elements.add(value(parser, token));
		}
		return Collections.unmodifiableList(elements);
	}

}
