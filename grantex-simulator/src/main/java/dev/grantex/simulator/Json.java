package dev.grantex.simulator;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Small helpers to read and build the service's bodies.
 */
final class Json {

	private Json() {
	}

	static ObjectNode object() {
		return JsonNodeFactory.instance.objectNode();
	}

	static ArrayNode strings(Collection<String> values) {
		ArrayNode array = JsonNodeFactory.instance.arrayNode();
		values.forEach(array::add);
		return array;
	}

	static JsonNode time(@Nullable Instant instant) {
		return text((instant != null) ? EcmaDate.format(instant) : null);
	}

	static JsonNode text(@Nullable String value) {
		return (value != null) ? JsonNodeFactory.instance.stringNode(value) : JsonNodeFactory.instance.nullNode();
	}

	/**
	 * A body that repeats itself under {@code data}, as the service's newer answers do.
	 */
	static ObjectNode doubled(ObjectNode body) {
		ObjectNode copy = body.deepCopy();
		copy.set("data", body);
		return copy;
	}

	/**
	 * Whether ECMAScript takes the value for true.
	 */
	static boolean isTruthy(JsonNode value) {
		if (value.isString()) {
			return !value.stringValue().isEmpty();
		}
		if (value.isNumber()) {
			return value.doubleValue() != 0;
		}
		return !value.isMissingNode() && !value.isNull() && !(value.isBoolean() && !value.booleanValue());
	}

	/**
	 * An optional member as the database keeps it.
	 */
	static @Nullable String column(JsonNode value) {
		if (value.isMissingNode() || value.isNull()) {
			return null;
		}
		String text = value.isString() ? value.stringValue() : EcmaJsonWriter.write(value);
		if (Utf16.hasNul(text)) {
			throw ApiException.internalError();
		}
		return Utf16.wellFormed(text);
	}

	static boolean isText(JsonNode value, int longest) {
		return value.isString() && !value.stringValue().isEmpty() && value.stringValue().length() <= longest;
	}

	static boolean isScopeList(JsonNode value) {
		return value.isArray() && !value.isEmpty() && value.size() <= 100
				&& value.valueStream().allMatch((scope) -> isText(scope, 256));
	}

	static List<String> texts(JsonNode array) {
		return array.valueStream().map(JsonNode::stringValue).toList();
	}

}
