package dev.grantex.sample.agent;

import java.util.Map;

/**
 * The arguments of a function call, which a model made up and may have got wrong.
 */
final class Arguments {

	private static final int LONGEST_TEXT = 1000;

	private final Map<String, Object> values;

	Arguments(Map<String, Object> values) {
		this.values = values;
	}

	String text(String name) {
		if (this.values.get(name) instanceof String text && !text.isBlank() && text.length() <= LONGEST_TEXT) {
			return text;
		}
		throw new InvalidCallException("'" + name + "' must be a text of 1 to " + LONGEST_TEXT + " characters");
	}

	int integer(String name) {
		if (this.values.get(name) instanceof Integer integer) {
			return integer;
		}
		throw new InvalidCallException("'" + name + "' must be an integer");
	}

}
