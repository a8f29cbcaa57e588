package dev.grantex.gemma.audit.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.AuditVectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CanonicalJson}.
 */
class CanonicalJsonTests {

	static Stream<Arguments> canonicalTexts() {
		return cases(true);
	}

	static Stream<Arguments> refusedTexts() {
		return cases(false);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("canonicalTexts")
	void writesWhatTheServiceHashes(String name, String raw, String canonical) {
		assertThat(CanonicalJson.canonicalize(raw)).isEqualTo(canonical);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("canonicalTexts")
	void canonicalTextIsItsOwnCanonicalForm(String name, String raw, String canonical) {
		assertThat(CanonicalJson.canonicalize(canonical)).isEqualTo(canonical);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("refusedTexts")
	void refusesWhatTheServiceCannotParse(String name, String raw, String canonical) {
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.canonicalize(raw));
	}

	@Test
	void refusesDepthThatWouldExhaustTheStack() {
		String deep = "[".repeat(5000) + "]".repeat(5000);
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.canonicalize(deep));
	}

	@Test
	void keepsAHundredLevels() {
		String deep = "{\"a\":" + "[".repeat(99) + "]".repeat(99) + "}";
		assertThat(CanonicalJson.canonicalize(deep)).isEqualTo(deep);
	}

	@Test
	void takesTheLastOfRepeatedMembersAtTheFirstPosition() {
		assertThat(CanonicalJson.canonicalize("{\"a\":1,\"b\":2,\"a\":3}")).isEqualTo("{\"a\":3,\"b\":2}");
	}

	@Test
	void refusesTextBehindTheValue() {
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.canonicalize("{} {}"));
	}

	@Test
	void refusesDigitsOfAnEscapeThatAreNotAscii() {
		assertThat(CanonicalJson.canonicalize("{\"\\u0041\":\"\u0130\"}")).isEqualTo("{\"A\":\"\u0130\"}");
		for (String digits : List.of("\u0130041", "0\u066041", "00\u01341", "004\uFF11")) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> CanonicalJson.canonicalize("{\"\\u" + digits + "\":1}"));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> CanonicalJson.canonicalize("[\"\\u" + digits + "\"]"));
		}
	}

	@Test
	void writesJavaNumbersAsDoubles() {
		Map<String, Object> numbers = new LinkedHashMap<>();
		numbers.put("long", Long.MAX_VALUE);
		numbers.put("int", 7);
		numbers.put("double", 1.0);
		numbers.put("negativeZero", -0.0);
		numbers.put("nan", Double.NaN);
		numbers.put("null", null);
		assertThat(CanonicalJson.write(numbers)).isEqualTo(
				"{\"long\":9223372036854776000,\"int\":7,\"double\":1,\"negativeZero\":0,\"nan\":null,\"null\":null}");
	}

	@Test
	void refusesWhatIsNotJson() {
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.write(List.of(new Object())));
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.write(Map.of(1, 2)));
	}

	private static Stream<Arguments> cases(boolean accepted) {
		List<Arguments> cases = new ArrayList<>();
		for (JsonNode node : AuditVectors.json("metadata-canonical.json").get("cases")) {
			JsonNode canonical = node.get("jsCanonical");
			boolean readable = canonical != null && canonical.isString();
			if (readable == accepted) {
				cases.add(Arguments.of(AuditVectors.string(node, "name"), AuditVectors.string(node, "rawJsonText"),
						readable ? canonical.stringValue() : ""));
			}
		}
		return cases.stream();
	}

}
