package dev.grantex.gemma.grant;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

import dev.grantex.gemma.bundle.JsonEscapes;

/**
 * Reads JSON objects exactly as RFC 8259 has them. Tokens are parsed with it because the
 * parser of the JOSE library also takes comments, {@code NaN}, single quotes and repeated
 * members.
 */
final class StrictJson {

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(64).build())
		.build();

	private static final ObjectReadContext CONTEXT = ObjectReadContext.empty();

	private StrictJson() {
	}

	/**
	 * Reads an object, which like all in it cannot be changed. Numbers become
	 * {@link Long}, {@link java.math.BigInteger} or {@link java.math.BigDecimal}.
	 * @param utf8 the JSON text in UTF-8
	 * @return the object
	 * @throws IllegalArgumentException if the bytes are anything else; the message holds
	 * nothing of them
	 */
	static Content readObject(byte[] utf8) {
		Reading reading = new Reading();
		try (JsonParser parser = FACTORY.createParser(CONTEXT, text(utf8))) {
			if (parser.nextToken() == JsonToken.START_OBJECT) {
				Map<String, @Nullable Object> members = reading.object(parser);
				if (parser.nextToken() == null) {
					return new Content(members, reading.repeated);
				}
			}
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("Not JSON");
		}
		throw new IllegalArgumentException("Not a JSON object");
	}

	private static String text(byte[] utf8) {
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
			if (!text.startsWith("\uFEFF") && JsonEscapes.areAscii(text)) {
				return text;
			}
		}
		catch (CharacterCodingException ex) {
			// Refused like a byte order mark.
		}
		throw new IllegalArgumentException("Not JSON in UTF-8");
	}

	/**
	 * An object as it was read.
	 *
	 * @param members its members, the last one of each name
	 * @param repeated whether a name occurred twice in it or in an object inside it
	 */
	record Content(Map<String, @Nullable Object> members, boolean repeated) {

	}

	private static final class Reading {

		private boolean repeated;

		private Map<String, @Nullable Object> object(JsonParser parser) {
			Map<String, @Nullable Object> members = new LinkedHashMap<>();
			while (parser.nextToken() != JsonToken.END_OBJECT) {
				String name = parser.currentName();
				parser.nextToken();
				this.repeated |= members.containsKey(name);
				members.put(name, value(parser));
			}
			return Collections.unmodifiableMap(members);
		}

		private List<@Nullable Object> array(JsonParser parser) {
			List<@Nullable Object> elements = new ArrayList<>();
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				elements.add(value(parser));
			}
			return Collections.unmodifiableList(elements);
		}

		private @Nullable Object value(JsonParser parser) {
			return switch (parser.currentToken()) {
				case START_OBJECT -> object(parser);
				case START_ARRAY -> array(parser);
				case VALUE_STRING -> parser.getString();
				case VALUE_NUMBER_INT -> integer(parser);
				case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
				case VALUE_TRUE -> Boolean.TRUE;
				case VALUE_FALSE -> Boolean.FALSE;
				case VALUE_NULL -> null;
				default -> throw new IllegalArgumentException("Unexpected token");
			};
		}

		private static Number integer(JsonParser parser) {
			return (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) ? parser.getBigIntegerValue()
					: (Number) parser.getLongValue();
		}

	}

}
