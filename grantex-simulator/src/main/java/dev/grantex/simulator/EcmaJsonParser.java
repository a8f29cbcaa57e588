package dev.grantex.simulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads JSON exactly as ECMAScript's {@code JSON.parse}: every number becomes a double, a
 * repeated key keeps its first place and its last value, lone surrogates survive.
 */
final class EcmaJsonParser {

	private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

	private static final int DEEPEST = 1000;

	private static final double LARGEST_SAFE_INTEGER = 9007199254740991d;

	private final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private final String text;

	private int position;

	private int depth;

	private EcmaJsonParser(String text) {
		this.text = text;
	}

	static JsonNode parse(String text) {
		EcmaJsonParser parser = new EcmaJsonParser(text);
		JsonNode value = parser.value();
		parser.skipWhitespace();
		if (parser.position != text.length()) {
			throw new MalformedJsonException();
		}
		return value;
	}

	private JsonNode value() {
		skipWhitespace();
		return switch (peek()) {
			case '{' -> object();
			case '[' -> array();
			case '"' -> this.nodes.stringNode(string());
			case 't' -> literal("true", this.nodes.booleanNode(true));
			case 'f' -> literal("false", this.nodes.booleanNode(false));
			case 'n' -> literal("null", this.nodes.nullNode());
			default -> number();
		};
	}

	private JsonNode object() {
		ObjectNode object = this.nodes.objectNode();
		enter();
		if (!closes('}')) {
			do {
				skipWhitespace();
				String key = string();
				skipWhitespace();
				expect(':');
				object.set(key, value());
			}
			while (continues('}'));
		}
		this.depth--;
		return object;
	}

	private JsonNode array() {
		ArrayNode array = this.nodes.arrayNode();
		enter();
		if (!closes(']')) {
			do {
				array.add(value());
			}
			while (continues(']'));
		}
		this.depth--;
		return array;
	}

	private void enter() {
		this.position++;
		if (++this.depth > DEEPEST) {
			// The service runs out of stack somewhere beyond this.
			throw ApiException.internalError();
		}
	}

	private boolean closes(char end) {
		skipWhitespace();
		if (peek() == end) {
			this.position++;
			return true;
		}
		return false;
	}

	private boolean continues(char end) {
		if (closes(end)) {
			return false;
		}
		expect(',');
		return true;
	}

	private String string() {
		expect('"');
		StringBuilder value = new StringBuilder();
		while (peek() != '"') {
			char c = next();
			if (c < 0x20) {
				throw new MalformedJsonException();
			}
			value.append((c == '\\') ? escaped() : c);
		}
		this.position++;
		return value.toString();
	}

	private char escaped() {
		char c = next();
		return switch (c) {
			case '"', '\\', '/' -> c;
			case 'b' -> '\b';
			case 'f' -> '\f';
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			case 'u' -> codeUnit();
			default -> throw new MalformedJsonException();
		};
	}

	private char codeUnit() {
		int unit = 0;
		for (int i = 0; i < 4; i++) {
			char c = next();
			int digit = (c < 0x80) ? Character.digit(c, 16) : -1;
			if (digit < 0) {
				throw new MalformedJsonException();
			}
			unit = unit * 16 + digit;
		}
		return (char) unit;
	}

	private JsonNode number() {
		Matcher matcher = NUMBER.matcher(this.text).region(this.position, this.text.length());
		if (!matcher.lookingAt()) {
			throw new MalformedJsonException();
		}
		this.position = matcher.end();
		double number = Double.parseDouble(matcher.group());
		if (number == Math.rint(number) && Math.abs(number) <= LARGEST_SAFE_INTEGER) {
			return this.nodes.numberNode((long) number);
		}
		return this.nodes.numberNode(number);
	}

	private JsonNode literal(String word, JsonNode node) {
		if (!this.text.startsWith(word, this.position)) {
			throw new MalformedJsonException();
		}
		this.position += word.length();
		return node;
	}

	private void skipWhitespace() {
		while (this.position < this.text.length() && " \t\n\r".indexOf(this.text.charAt(this.position)) >= 0) {
			this.position++;
		}
	}

	private void expect(char expected) {
		if (next() != expected) {
			throw new MalformedJsonException();
		}
	}

	private char next() {
		char c = peek();
		this.position++;
		return c;
	}

	private char peek() {
		if (this.position >= this.text.length()) {
			throw new MalformedJsonException();
		}
		return this.text.charAt(this.position);
	}

}
