package dev.grantex.gemma.audit.json;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class Utf8TextTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "\u007F\u0080", "\u07FF\u0800", "\uD7FF\uE000\uFFFF", "x😀y😀", "é" })
	void bytesAreThoseOfTheString(String text) {
		byte[] expected = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
		assertThat(new Utf8Text(expected.length).append("<").append(text).append(">").toBytes()).isEqualTo(expected);
		assertThat(new Utf8Text(100).append("<").append(text).append(">").toBytes()).isEqualTo(expected);
		assertThat(UnicodeText.utf8Length("<" + text + ">")).isEqualTo(expected.length);
	}

}
