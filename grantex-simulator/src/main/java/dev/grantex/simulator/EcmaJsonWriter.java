package dev.grantex.simulator;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;

/**
 * Writes JSON exactly as ECMAScript's {@code JSON.stringify} does.
 */
final class EcmaJsonWriter {

	private static final long LARGEST_INDEX = 4294967294L;

	private final StringBuilder out = new StringBuilder();

	private EcmaJsonWriter() {
	}

	static String write(JsonNode node) {
		EcmaJsonWriter writer = new EcmaJsonWriter();
		writer.append(node);
		return writer.out.toString();
	}

	private void append(JsonNode node) {
		if (node.isObject()) {
			appendObject(node);
		}
		else if (node.isArray()) {
			appendArray(node);
		}
		else if (node.isString()) {
			appendString(node.stringValue());
		}
		else if (node.isNumber()) {
			this.out.append(EcmaNumber.write(node.doubleValue()));
		}
		else {
			this.out.append(node);
		}
	}

	private void appendObject(JsonNode object) {
		Map<Long, String> indexes = new TreeMap<>(Comparator.naturalOrder());
		for (Map.Entry<String, JsonNode> property : object.properties()) {
			if (isIndex(property.getKey())) {
				indexes.put(Long.parseLong(property.getKey()), property.getKey());
			}
		}
		this.out.append('{');
		for (String index : indexes.values()) {
			appendProperty(index, object.get(index));
		}
		for (Map.Entry<String, JsonNode> property : object.properties()) {
			if (!isIndex(property.getKey())) {
				appendProperty(property.getKey(), property.getValue());
			}
		}
		this.out.append('}');
	}

	private void appendProperty(String key, JsonNode value) {
		if (this.out.charAt(this.out.length() - 1) != '{') {
			this.out.append(',');
		}
		appendString(key);
		this.out.append(':');
		append(value);
	}

	private void appendArray(JsonNode array) {
		this.out.append('[');
		for (int i = 0; i < array.size(); i++) {
			if (i > 0) {
				this.out.append(',');
			}
			append(array.get(i));
		}
		this.out.append(']');
	}

	private void appendString(String value) {
		this.out.append('"');
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			switch (c) {
				case '"' -> this.out.append("\\\"");
				case '\\' -> this.out.append("\\\\");
				case '\b' -> this.out.append("\\b");
				case '\f' -> this.out.append("\\f");
				case '\n' -> this.out.append("\\n");
				case '\r' -> this.out.append("\\r");
				case '\t' -> this.out.append("\\t");
				default -> {
					if (c < 0x20 || Utf16.isLoneSurrogate(value, i)) {
						this.out.append(String.format("\\u%04x", (int) c));
					}
					else {
						this.out.append(c);
					}
				}
			}
		}
		this.out.append('"');
	}

	private static boolean isIndex(String key) {
		if (key.isEmpty() || key.length() > 10 || (key.length() > 1 && key.charAt(0) == '0')) {
			return false;
		}
		return key.chars().allMatch((c) -> c >= '0' && c <= '9') && Long.parseLong(key) <= LARGEST_INDEX;
	}

}
