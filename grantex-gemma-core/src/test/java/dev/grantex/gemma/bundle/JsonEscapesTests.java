package dev.grantex.gemma.bundle;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class JsonEscapesTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "\\", "\\u", "\\u00", "\"\\u0130\"", "\"\\u00e9\u0130\"", "\"\\\\u\u0130041\"",
			"\"\\\\\\\\u\u0661\"", "\"\\n\u0130\"" })
	void lettersMayStandAroundAnEscape(String json) {
		assertThat(JsonEscapes.areAscii(json)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"\\u\u0130041\"", "\"\\u0\u013041\"", "\"\\u00\u06614\"", "\"\\u004\uFF11\"",
			"\"\\\\\\u\u0130041\"", "\"\\u0041\\u004\u0141\"", "\\u\u0130" })
	void digitsOfAnEscapeAreAscii(String json) {
		assertThat(JsonEscapes.areAscii(json)).isFalse();
	}

}
