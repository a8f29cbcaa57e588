package dev.grantex.sample.agent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tool as it is declared to a model.
 *
 * @param name its name
 * @param description what it does
 * @param parameters what it takes
 */
record FunctionDeclaration(String name, String description, Schema parameters) {

	static FunctionDeclaration of(Tool tool) {
		Map<String, Property> properties = new LinkedHashMap<>();
		for (Tool.Parameter parameter : tool.parameters()) {
			properties.put(parameter.name(), new Property(parameter.type(), parameter.description()));
		}
		return new FunctionDeclaration(tool.name(), tool.description(),
				new Schema("object", properties, List.copyOf(properties.keySet())));
	}

	/**
	 * A JSON Schema of an object.
	 *
	 * @param type its type
	 * @param properties its properties by name
	 * @param required the names of those it must have
	 */
	record Schema(String type, Map<String, Property> properties, List<String> required) {

	}

	/**
	 * A JSON Schema of a property.
	 *
	 * @param type its type
	 * @param description what it means
	 */
	record Property(String type, String description) {

	}

}
