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
			.isEqualTo(Map.of("a", "kitchen", "b", "kitchen", "c", "value", "d", List.of(1L, 2L)));
	}

	@Test
	void callsInstanceMethods() {
		assertThat(evaluate("{'n': #result.size(), 'upper': #room.toUpperCase()}"))
			.isEqualTo(Map.of("n", 2L, "upper", "KITCHEN"));
	}

	@Test
	void anArgumentOfThatNameHidesTheResult() {
		MetadataExpression expression = MetadataExpression.parse("{'r': #result}", new String[] { "result" });
		assertThat(expression.namesResult()).isFalse();
		assertThat(expression.evaluate(new Object[] { "argument" }, "returned")).containsEntry("r", "argument");
	}

	@Test
	void noParameterIsHiddenByWhatIsThereInAnyCase() {
		String[] names = { "a1", "p0", "root", "a0" };
		Object[] arguments = { "first", "second", "third", "fourth" };
		assertThat(MetadataExpression.parse("{'a0': #a0, 'a1': #a1, 'p0': #p0, 'p1': #p1, 'root': #root}", names)
			.evaluate(arguments, "returned"))
			.isEqualTo(Map.of("a0", "fourth", "a1", "first", "p0", "second", "p1", "second", "root", "third"));
		assertThat(MetadataExpression.parse("{'a0': #a0, 'a1': #a1, 'p0': #p0, 'root': #root}", names)
			.readProperties(arguments))
			.isEqualTo(Map.of("a0", "fourth", "a1", "first", "p0", "second", "root", "third"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'r': #result}", "#result", "{'a': {'b': {#a0, #result?.size()}}}", "#a0.with(#result)",
			"#a0[#result]", "#a0.![#result]", "#a0 ? #a0 : #result", "{'x': #a0 ?: #result.name}", "{#result: 1}" })
	void theResultIsFoundWhereverItIsNamed(String text) {
		assertThat(MetadataExpression.parse(text, null).namesResult()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'result': #a0}", "{'r': '#result'}", "{'r': #results}", "{'r': result}", "{:}" })
	void whatOnlyLooksLikeTheResultIsNot(String text) {
		assertThat(MetadataExpression.parse(text, null).namesResult()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'id': #order.id, 'x': #order.delete()}", "{'id': #order.id, 'x': #order.delete}",
			"{'id': #order.id, 'x': {'y': {#order.delete()}}}", "{'id': #order.id, 'x': #order?.delete()}",
			"{'x': #order.delete(), 'id': #order.id, 'y': #order.delete()}" })
	void ofADeniedCallOnlyPropertiesAreRead(String text) {
		Order order = new Order();
		MetadataExpression expression = MetadataExpression.parse(text, new String[] { "order" });
		Object[] arguments = { order };
		for (int i = 0; i < 3; i++) {
			expression.evaluate(arguments, null);
			int deletions = order.deletions;
			assertThat(deletions).isPositive();
			assertThat(expression.readProperties(arguments))
				.isEqualTo(Map.of("id", 7L, "metadata_error", "SpelEvaluationException"));
			assertThat(order.deletions).isEqualTo(deletions);
		}
	}

	@Test
	void propertiesOfADeniedCallAreThoseOfBeansRecordsAndMaps() {
		assertThat(MetadataExpression
			.parse("{'a': #a0.id, 'b': #a0.paid, 'c': #a0.note, 'd': #a1.x, 'e': #a2['k'],"
					+ " 'f': #a3[0], 'g': #result?.size(), 'h': #a4?.deeper}", null)
			.readProperties(new Object[] { new Order(), new Point(3), Map.of("k", "v"), List.of("first"), null }))
			.containsOnlyKeys("a", "b", "c", "d", "e", "f", "g", "h")
			.containsEntry("a", 7L)
			.containsEntry("b", true)
			.containsEntry("c", "field")
			.containsEntry("d", 3L)
			.containsEntry("e", "v")
			.containsEntry("f", "first")
			.containsEntry("g", null);
	}

	@Test
	void expressionOfADeniedCallThatIsNoLiteralMapIsReadAsAWhole() {
		assertThat(MetadataExpression.parse("#a0", null).readProperties(new Object[] { Map.of("k", "v") }))
			.isEqualTo(Map.of("k", "v"));
		assertThat(MetadataExpression.parse("#a0.toMap()", null).readProperties(new Object[] { new Order() }))
			.isEqualTo(Map.of("metadata_error", "SpelEvaluationException"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'x': T(java.lang.Runtime).getRuntime()}", "{'x': new java.io.File('x')}",
			"{'x': @environment}", "{'x': #a0.class}", "{'x': #a0['class']}", "{'x': #a0 = 'changed'}",
			"{'x': #a1.value}", "'text'" })
	void ofADeniedCallNoMoreIsInReachThanOfOthers(String text) {
		assertThat(MetadataExpression.parse(text, null).readProperties(new Object[] { new Order(), new Thrower() }))
			.containsOnlyKeys("metadata_error");
	}

	@Test
	void unknownNamesAreNull() {
		assertThat(MetadataExpression.parse("{'x': #room, 'y': #a0}", null).evaluate(new Object[] { 1 }, null))
			.containsEntry("x", null)
			.containsEntry("y", 1L);
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
		MetadataExpression.parse("{'x': #a0['key'] = 'changed'}", null).evaluate(new Object[] { map }, null);
		assertThat(map).containsEntry("key", "value");
	}

	@Test
	void errorsOfTheApplicationsObjectsAreNoted() {
		assertThat(MetadataExpression.parse("{'a': #a0 + ''}", null).evaluate(new Object[] { new Thrower() }, null))
			.containsOnlyKeys("metadata_error");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{", "{'a': }", "#{room}", "{'a' 'b'}", "a b" })
	void refusesWhatDoesNotParse(String text) {
		assertThatExceptionOfType(ParseException.class).isThrownBy(() -> MetadataExpression.parse(text, null));
	}

	private static Map<String, Object> evaluate(String text) {
		return MetadataExpression.parse(text, new String[] { "room", "map", "unit", "list", "thrower" })
			.evaluate(new Object[] { "kitchen", new HashMap<>(Map.of("key", "value")), TimeUnit.DAYS,
					new ArrayList<>(List.of("a")), new Thrower() }, List.of(1, 2));
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

	public static class Order {

		public String note = "field";

		private int deletions;

		public int getId() {
			return 7;
		}

		public boolean isPaid() {
			return true;
		}

		public boolean delete() {
			this.deletions++;
			return true;
		}

		public Map<String, String> toMap() {
			throw new AssertionError("Not a property");
		}

	}

	public record Point(int x) {

	}

}
