package dev.grantex.sample.agent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tool as it is declared to a model.
 *
 * @param name its name
 * @param description what it does
 * @param parameters its parameters as a JSON Schema object
 */
record FunctionDeclaration(String name, String description, Map<String, Object> parameters) {

	static FunctionDeclaration of(Tool tool) {
		Map<String, Object> properties = new LinkedHashMap<>();
		for (Tool.Parameter parameter : tool.parameters()) {
			properties.put(parameter.name(), Map.of("type", parameter.type(), "description", parameter.description()));
		}
		List<String> required = tool.parameters().stream().map(Tool.Parameter::name).toList();
		return new FunctionDeclaration(tool.name(), tool.description(),
				Map.of("type", "object", "properties", properties, "required", required));
	}

}
