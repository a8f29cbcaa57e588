package dev.grantex.gemma.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.grant.BundleIdentity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link EntryFields}.
 */
class EntryFactoryTests {

	static Stream<String> probedActions() {
		return probes("action");
	}

	static Stream<String> probedResults() {
		return probes("result");
	}

	@ParameterizedTest
	@MethodSource("probedActions")
	void makesEveryProbedActionAcceptable(String action) {
		assertThat(EntryFactory.action(action)).hasSizeBetween(1, 256).doesNotContain("|").matches("\\P{Cntrl}+");
	}

	@ParameterizedTest
	@MethodSource("probedResults")
	void makesEveryProbedResultAcceptable(String result) {
		assertThat(EntryFactory.result(result)).hasSizeBetween(1, 64).doesNotContain("|").matches("\\P{Cntrl}+");
	}

	@Test
	void replacesWhatIsAmbiguousOrCannotBeEncoded() {
		assertThat(EntryFactory.action("a|b\0\n\u0085\u007F\uD800c,d\uDC00")).isEqualTo("a_b_____c,d_");
		assertThat(EntryFactory.action("tool:😀é")).isEqualTo("tool:😀é");
	}

	@Test
	void cutsAtACodePoint() {
		assertThat(EntryFactory.action("x" + "😀".repeat(128))).isEqualTo("x" + "😀".repeat(127));
		assertThat(EntryFactory.action("😀".repeat(200))).isEqualTo("😀".repeat(128));
		assertThat(EntryFactory.result("r".repeat(65))).isEqualTo("r".repeat(64));
	}

	@Test
	void givesAnEmptyFieldAValue() {
		assertThat(EntryFactory.action("")).isEqualTo("unknown");
		assertThat(EntryFactory.result("")).isEqualTo("unknown");
	}

	@ParameterizedTest
	@CsvSource({ "2026-11-21T12:00:00Z, 2026-11-21T12:00:00.000Z",
			"2026-11-21T12:00:00.123999999Z, 2026-11-21T12:00:00.123Z",
			"1969-12-31T23:59:59.9999Z, 1969-12-31T23:59:59.999Z", "0000-01-01T00:00:00Z, 0001-01-01T00:00:00.000Z",
			"-1000000000-01-01T00:00:00Z, 0001-01-01T00:00:00.000Z", "+12026-11-21T12:00:00Z, 9999-12-31T23:59:59.999Z",
			"+1000000000-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999Z" })
	void writesTimesInTheOneFormWhateverTheClockSays(Instant time, String expected) {
		assertThat(EntryFactory.timestamp(time)).isEqualTo(expected);
	}

	@Test
	void writesTheCleanScopesOnly() {
		assertThat(EntryFactory.scopes(List.of("a,b", "read", "c|d", "e\nf", "", "write", "x".repeat(257))))
			.containsExactly("read", "write");
	}

	@Test
	void writesAllScopesWhenNoneIsClean() {
		assertThat(EntryFactory.scopes(List.of("a,b", "c|d"))).containsExactly("a,b", "c|d");
	}

	@Test
	void writesAHundredScopesAtMost() {
		assertThat(EntryFactory.scopes(IntStream.range(0, 150).mapToObj(Integer::toString).toList())).hasSize(100);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a\0b", "a\uD800" })
	void refusesABundleThatTheServiceWouldNeverAccept(String bad) {
		refused(identity(bad, "g", List.of("s")));
		refused(identity("a", bad, List.of("s")));
		refused(identity("a", "g", List.of(bad)));
	}

	@Test
	void refusesABundleWithFieldsThatAreTooLongOrWithoutScopes() {
		refused(identity("a".repeat(513), "g", List.of("s")));
		refused(identity("a", "g".repeat(129), List.of("s")));
		refused(identity("a", "g", List.of()));
		assertThatNoException().isThrownBy(
				() -> EntryFactory.requireAcceptable(identity("a".repeat(512), "g".repeat(128), List.of("a,b"))));
	}

	private static void refused(BundleIdentity identity) {
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> EntryFactory.requireAcceptable(identity))
			.returns(AuditLogException.BUNDLE_UNUSABLE, AuditLogException::reason);
	}

	private static BundleIdentity identity(String agent, String grant, List<String> scopes) {
		return new BundleIdentity(agent, "user", null, null, grant, scopes);
	}

	private static Stream<String> probes(String field) {
		List<String> probes = new ArrayList<>();
		for (JsonNode probe : AuditVectors.json("sync-field-probes.json")) {
			JsonNode over = probe.get("over");
			if (over != null && over.isObject() && over.get(field) != null && over.get(field).isString()) {
				probes.add(over.get(field).stringValue());
			}
		}
		assertThat(probes).isNotEmpty();
		return probes.stream();
	}

}
