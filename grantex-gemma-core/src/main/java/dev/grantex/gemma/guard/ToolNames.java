package dev.grantex.gemma.guard;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Finds the name under which a language model knows a method. The annotations of the tool
 * frameworks are recognized by the name of their class, so that none of the frameworks
 * has to be present. Each has an attribute {@code name}, empty for the method's name.
 */
final class ToolNames {

	private static final List<String> ANNOTATIONS = List.of("org.springframework.ai.tool.annotation.Tool",
			"dev.langchain4j.agent.tool.Tool", "com.google.adk.tools.Annotations$Schema");

	private ToolNames() {
	}

	/**
	 * The name of a tool.
	 * @param method the method
	 * @return the name, or {@code null} if no tool annotation names the method
	 */
	static @Nullable String of(Method method) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		for (String type : ANNOTATIONS) {
			MergedAnnotation<?> annotation = annotations.get(type);
			if (annotation.isPresent()) {
				Optional<String> name = annotation.getValue("name", String.class).filter((value) -> !value.isBlank());
				return name.orElse(method.getName());
			}
		}
		return null;
	}

}
