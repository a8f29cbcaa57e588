package org.springframework.ai.tool;

/**
 * In the shape of Spring AI's interface, which is recognized by its name.
 */
public interface ToolCallback {

	String getToolDefinition();

	default String getToolMetadata() {
		return "metadata";
	}

	String call(String input);

	default String call(String input, Object context) {
		return call(input);
	}

}
