package dev.grantex.sample.agent;

import java.util.List;
import java.util.function.Function;

/**
 * Something the model may ask the agent to do.
 *
 * @param name the name the model calls it by
 * @param description what it does, for the model
 * @param parameters what it takes, all of it required
 * @param function does it
 */
record Tool(String name, String description, List<Parameter> parameters, Function<Arguments, Object> function) {

	/**
	 * A parameter of a tool.
	 *
	 * @param name its name
	 * @param type its JSON Schema type
	 * @param description what it means, for the model
	 */
	record Parameter(String name, String type, String description) {

	}

}
