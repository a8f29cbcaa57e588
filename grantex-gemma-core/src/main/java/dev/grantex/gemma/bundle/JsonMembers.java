package dev.grantex.gemma.bundle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads members of a JSON object, which must be there and of the right type, and writes
 * those that have a value.
 */
final class JsonMembers {

	private JsonMembers() {
	}

	static void putTime(ObjectNode node, String name, @Nullable Instant time) {
		putText(node, name, (time != null) ? time.toString() : null);
	}

	static void putText(ObjectNode node, String name, @Nullable String value) {
		if (value != null) {
			node.put(name, value);
		}
	}

	static JsonNode member(JsonNode node, String name) {
		JsonNode member = node.get(name);
		if (member == null) {
			throw new IllegalArgumentException(name);
		}
		return member;
	}

	static String text(JsonNode node, String name) {
		JsonNode member = member(node, name);
		require(member.isString());
		return member.stringValue();
	}

	static @Nullable String optionalText(JsonNode node, String name) {
		JsonNode member = node.get(name);
		return (member != null && member.isString()) ? member.stringValue() : null;
	}

	static Instant time(JsonNode node, String name) {
		return Instant.parse(text(node, name));
	}

	static boolean flag(JsonNode node, String name) {
		return member(node, name).booleanValue();
	}

	static long number(JsonNode node, String name) {
		JsonNode member = member(node, name);
		require(member.canConvertToExactIntegral());
		return member.longValue();
	}

	/**
	 * All members, as maps, lists and plain values. The JSON library's own conversion
	 * needs a hundred classes more, at each start of an application.
	 */
	static Map<String, Object> values(JsonNode object) {
		Map<String, Object> values = new LinkedHashMap<>();
		object.properties().forEach((member) -> values.put(member.getKey(), value(member.getValue())));
		return values;
	}

	private static @Nullable Object value(JsonNode node) {
		if (node.isObject()) {
			return values(node);
		}
		if (node.isArray()) {
			return node.valueStream().map(JsonMembers::value).collect(Collectors.toCollection(ArrayList::new));
		}
		if (node.isNumber()) {
			return node.numberValue();
		}
		if (node.isBoolean()) {
			return node.booleanValue();
		}
		return node.isString() ? node.stringValue() : null;
	}

	static void require(boolean condition) {
		if (!condition) {
			throw new IllegalArgumentException("Unexpected type");
		}
	}

}
