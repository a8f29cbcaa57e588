package dev.grantex.gemma.cloud;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.grantex.gemma.bundle.JsonEscapes;

/**
 * Takes answers apart. What is needed and missing, or of another type, makes the answer
 * invalid; nothing is guessed.
 */
final class AnswerReader {

	private static final JsonMapper JSON = JsonMapper
		.builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private AnswerReader() {
	}

	static JsonNode object(ApiAnswer answer) {
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(answer.body())).toString();
			JsonNode root = JsonEscapes.areAscii(text) ? JSON.readTree(text) : null;
			if (root == null || !root.isObject()) {
				throw new InvalidAnswerException();
			}
			return root;
		}
		catch (CharacterCodingException | JacksonException ex) {
			throw new InvalidAnswerException();
		}
	}

	static String write(JsonNode node) {
		return JSON.writeValueAsString(node);
	}

	static JsonNode object(JsonNode node, String name) {
		return check(node.get(name), JsonNode::isObject);
	}

	static String text(JsonNode node, String name) {
		return check(node.get(name), JsonNode::isString).stringValue();
	}

	static @Nullable String optionalText(JsonNode node, String name) {
		JsonNode member = node.get(name);
		return (member != null && member.isString()) ? member.stringValue() : null;
	}

	static boolean flag(JsonNode node, String name) {
		return check(node.get(name), JsonNode::isBoolean).booleanValue();
	}

	static long count(JsonNode node, String name) {
		long count = check(node.get(name), JsonNode::canConvertToExactIntegral).asLong(-1);
		if (count < 0) {
			throw new InvalidAnswerException();
		}
		return count;
	}

	static Instant time(JsonNode node, String name) {
		Instant time = optionalTime(node, name);
		if (time == null) {
			throw new InvalidAnswerException();
		}
		return time;
	}

	/**
	 * Reads a time that is only told, never decided by: an unreadable one is absent, so
	 * that it cannot hide what stands beside it.
	 */
	static @Nullable Instant optionalTime(JsonNode node, String name) {
		JsonNode member = node.get(name);
		try {
			if (member != null && member.isIntegralNumber() && member.canConvertToLong()) {
				return Instant.ofEpochMilli(member.longValue());
			}
			return (member != null && member.isString()) ? Instant.parse(member.stringValue()) : null;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	static <T> List<T> list(JsonNode node, String name, Function<JsonNode, T> element) {
		List<T> list = new ArrayList<>();
		for (JsonNode value : check(node.get(name), JsonNode::isArray)) {
			list.add(element.apply(value));
		}
		return list;
	}

	static List<String> texts(JsonNode node, String name) {
		return list(node, name, (value) -> check(value, JsonNode::isString).stringValue());
	}

	private static JsonNode check(@Nullable JsonNode node, Function<JsonNode, Boolean> type) {
		if (node == null || !type.apply(node)) {
			throw new InvalidAnswerException();
		}
		return node;
	}

}
