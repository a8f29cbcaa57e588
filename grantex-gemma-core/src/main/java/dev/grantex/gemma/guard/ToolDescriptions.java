package dev.grantex.gemma.guard;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;

import org.springframework.util.ClassUtils;

/**
 * Knows the methods by which a tool of a framework tells what it is. They are called
 * while the application starts and before each request to a model, and they run nothing.
 * The frameworks' types are recognized by name, so that none of them has to be present.
 */
final class ToolDescriptions {

	private static final Map<String, Set<String>> METHODS = Map.of("org.springframework.ai.tool.ToolCallback",
			Set.of("getToolDefinition", "getToolMetadata"), "dev.langchain4j.service.tool.ToolProvider",
			Set.of("isDynamic"), "com.google.adk.tools.BaseTool",
			Set.of("name", "description", "declaration", "longRunning", "customMetadata", "processLlmRequest"));

	private ToolDescriptions() {
	}

	/**
	 * Whether a method only describes a tool.
	 * @param method a method of the bean's class
	 * @param type the bean's class
	 */
	static boolean include(Method method, Class<?> type) {
		for (Class<?> current = type; current != null; current = current.getSuperclass()) {
			if (isDescribed(current, method)) {
				return true;
			}
		}
		return ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.anyMatch((candidate) -> isDescribed(candidate, method));
	}

	private static boolean isDescribed(Class<?> type, Method method) {
		return METHODS.getOrDefault(type.getName(), Set.of()).contains(method.getName())
				&& ClassUtils.hasMethod(type, method.getName(), method.getParameterTypes());
	}

}
