package dev.grantex.gemma.guard;

import org.junit.jupiter.api.Test;

import org.springframework.ai.tool.ToolCallback;

import dev.grantex.gemma.ScopeViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A class-level annotation on a tool of a framework guards what runs the tool, not what
 * describes it.
 */
class ToolDescriptionsTests {

	@Test
	void descriptionsOfAToolAreNotGuardedByItsClass() {
		try (GuardContext guard = GuardContext.of(Tool.class)) {
			ToolCallback tool = guard.get(ToolCallback.class);
			assertThat(tool.getToolDefinition()).isEqualTo("definition");
			assertThat(tool.getToolMetadata()).isEqualTo("metadata");
			assertThat(guard.consent.entries).isEmpty();
			assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(() -> tool.call("{}"));
			assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(() -> tool.call("{}", "context"));
		}
	}

	@Test
	void anAnnotationOfItsOwnGuardsADescription() {
		try (GuardContext guard = GuardContext.of(SecretTool.class)) {
			ToolCallback tool = guard.get(ToolCallback.class);
			assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(tool::getToolDefinition);
		}
	}

	@Test
	void theOtherWayToCallAnAnnotatedMethodFailsTheStart() {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(), HalfGuardedTool.class);
		assertThat(failure.problem()).startsWith("HalfGuardedTool.call calls it on the same object");
	}

	@RequiresScope("send")
	static class Tool implements ToolCallback {

		@Override
		public String getToolDefinition() {
			return "definition";
		}

		@Override
		public String call(String input) {
			throw new AssertionError("must not run");
		}

	}

	static class SecretTool implements ToolCallback {

		@Override
		@RequiresScope("send")
		public String getToolDefinition() {
			throw new AssertionError("must not run");
		}

		@Override
		public String call(String input) {
			return "called";
		}

	}

	static class HalfGuardedTool implements ToolCallback {

		@Override
		public String getToolDefinition() {
			return "definition";
		}

		@Override
		@RequiresScope("send")
		public String call(String input) {
			throw new AssertionError("must not run");
		}

	}

}
