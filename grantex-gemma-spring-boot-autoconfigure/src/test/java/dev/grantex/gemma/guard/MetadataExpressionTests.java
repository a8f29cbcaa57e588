package dev.grantex.gemma.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.expression.ParseException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MetadataExpression}.
 */
class MetadataExpressionTests {

	@Test
	void readsArgumentsByNameAndPositionAndTheResult() {
		assertThat(evaluate("{'a': #room, 'b': #a0, 'c': #p1['key'], 'd': #result}"))
			.isEqualTo(Map.of("a", "kitchen", "b", "kitchen", "c", "value", "d", List.of(1, 2)));
	}

	@Test
	void callsInstanceMethods() {
		assertThat(evaluate("{'n': #result.size(), 'upper': #room.toUpperCase()}"))
			.isEqualTo(Map.of("n", 2, "upper", "KITCHEN"));
	}

	@Test
	void theResultHidesAnArgumentOfThatName() {
		MetadataExpression expression = MetadataExpression.parse("{'r': #result}");
		assertThat(expression.evaluate(new String[] { "result" }, new Object[] { "argument" }, "returned"))
			.containsEntry("r", "returned");
	}

	@Test
	void unknownNamesAreNull() {
		assertThat(MetadataExpression.parse("{'x': #room, 'y': #a0}").evaluate(null, new Object[] { 1 }, null))
			.containsEntry("x", null)
			.containsEntry("y", 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'x': T(java.lang.Runtime).getRuntime()}", "{'x': T(Math).random()}",
			"{'x': new java.io.File('x')}", "{'x': new int[10]}", "{'x': @environment}", "{'x': &environment}",
			"{'x': #room.class}", "{'x': #room.getClass()}", "{'x': #room['class']}",
			"{'x': #unit.declaringClass.classLoader}", "{'x': #unit.getDeclaringClass().getClassLoader()}",
			"{'x': #unit.declaringClass.forName('java.lang.Runtime')}", "{'x': #unit.valueOf('DAYS')}",
			"{'x': #map['key'] = 'changed'}", "{'x': #room = 'changed'}", "{'x': #list.![#this.class]}", "'text'",
			"#list", "null", "{'x': #room.missing}", "{'x': 1/0}", "{'x': #thrower.value}" })
	void whatIsOutOfReachOrFailsIsNotedByItsClass(String text) {
		Map<String, Object> metadata = evaluate(text);
		assertThat(metadata).containsOnlyKeys("metadata_error");
		assertThat(metadata.get("metadata_error")).asString().matches("\\w+");
	}

	@Test
	void failedEvaluationsChangeNothing() {
		Map<String, Object> map = new HashMap<>(Map.of("key", "value"));
		MetadataExpression.parse("{'x': #a0['key'] = 'changed'}").evaluate(null, new Object[] { map }, null);
		assertThat(map).containsEntry("key", "value");
	}

	@Test
	void errorsOfTheApplicationsObjectsAreNoted() {
		Map<Object, Object> map = Map.of(new Thrower(), "value");
		assertThat(MetadataExpression.parse("#a0").evaluate(null, new Object[] { map }, null))
			.isEqualTo(Map.of("metadata_error", "StackOverflowError"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{", "{'a': }", "#{room}", "{'a' 'b'}", "a b" })
	void refusesWhatDoesNotParse(String text) {
		assertThatExceptionOfType(ParseException.class).isThrownBy(() -> MetadataExpression.parse(text));
	}

	@Test
	void emptyTextIsNoExpression() {
		assertThat(MetadataExpression.parse("")).isNull();
		assertThat(MetadataExpression.parse("  ")).isNull();
	}

	private static Map<String, Object> evaluate(String text) {
		MetadataExpression expression = MetadataExpression.parse(text);
		assertThat(expression).isNotNull();
		return expression.evaluate(new String[] { "room", "map", "unit", "list", "thrower" }, new Object[] { "kitchen",
				new HashMap<>(Map.of("key", "value")), TimeUnit.DAYS, new ArrayList<>(List.of("a")), new Thrower() },
				List.of(1, 2));
	}

	public static class Thrower {

		public String getValue() {
			throw new IllegalStateException("secret");
		}

		@Override
		public String toString() {
			throw new StackOverflowError();
		}

	}

}
