package dev.grantex.gemma.guard;

import java.lang.annotation.Annotation;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.implementation.FixedValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ToolNames}. The frameworks are not on the class path: annotations of
 * their names are made at run time.
 */
class ToolNamesTests {

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.ai.tool.annotation.Tool", "dev.langchain4j.agent.tool.Tool",
			"com.google.adk.tools.Annotations$Schema" })
	void nameOfTheToolAnnotationIsTheAction(String annotation) throws Exception {
		Class<?> tools = toolsWith(annotation, "read_sensor");
		assertThat(actionOf(tools)).isEqualTo("tool:read_sensor");
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.ai.tool.annotation.Tool", "dev.langchain4j.agent.tool.Tool",
			"com.google.adk.tools.Annotations$Schema" })
	void unnamedToolIsCalledAsItsMethod(String annotation) throws Exception {
		assertThat(actionOf(toolsWith(annotation, ""))).isEqualTo("tool:read");
	}

	@Test
	void otherAnnotationsNameNoTool() throws Exception {
		assertThat(actionOf(toolsWith("com.example.Tool", "read_sensor"))).isEqualTo("HomeTools.read");
	}

	private static String actionOf(Class<?> type) throws Exception {
		Method method = type.getMethod("read");
		return new GuardedTypes().of(type).find(method).method().action();
	}

	private static Class<?> toolsWith(String annotation, String name) {
		ByteBuddy buddy = new ByteBuddy();
		Class<? extends Annotation> tool = buddy.makeAnnotation()
			.name(annotation)
			.annotateType(AnnotationDescription.Builder.ofType(Retention.class)
				.define("value", RetentionPolicy.RUNTIME)
				.build())
			.defineMethod("name", String.class, Visibility.PUBLIC)
			.defaultValue("", String.class)
			.make()
			.load(ToolNamesTests.class.getClassLoader())
			.getLoaded()
			.asSubclass(Annotation.class);
		return buddy.subclass(Object.class)
			.name("com.example.HomeTools")
			.defineMethod("read", String.class, Visibility.PUBLIC)
			.intercept(FixedValue.value("warm"))
			.annotateMethod(
					AnnotationDescription.Builder.ofType(RequiresScope.class).defineArray("value", "read").build(),
					AnnotationDescription.Builder.ofType(tool).define("name", name).build())
			.make()
			.load(tool.getClassLoader())
			.getLoaded();
	}

}
