package dev.grantex.gemma.audit.verifier.report;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link VisibleText}.
 */
class VisibleTextTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "plain", "tool:读取 é ñ ß 漢字 😀", "a|b <c> & \"d\"", "שלום", "e\u0301" })
	void leavesWhatCanBeSeenAsItIs(String text) {
		assertThat(VisibleText.of(text, 100)).isEqualTo(text);
	}

	@Test
	void namesEveryControlAndEveryCharacterThatTurnsTheText() {
		IntStream
			.concat(IntStream.concat(IntStream.range(0, 0x20), IntStream.rangeClosed(0x7f, 0xa0)),
					IntStream.of(0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066,
							0x2067, 0x2068, 0x2069, 0xfeff, 0xad, 0x200b, 0x200c, 0x200d, 0x2060, 0x3164, 0xfe0f,
							0xe0001, 0xe0041, 0xe0100, 0xd800, 0xdfff, 0xe000, 0xffff, 0x2800, 0x3000, 0x34f))
			.forEach((c) -> assertThat(VisibleText.of("a" + new String(Character.toChars(c)) + "b", 100))
				.isEqualTo(String.format("a<U+%04X>b", c)));
	}

	@Test
	void namesHalvesOfSurrogatePairs() {
		assertThat(VisibleText.of("\ud83d", 9)).isEqualTo("<U+D83D>");
		assertThat(VisibleText.of("\ude00\ud83d", 9)).isEqualTo("<U+DE00><U+D83D>");
	}

	@Test
	void marksCannotPaintOverOtherLines() {
		assertThat(VisibleText.of("a" + "\u0301".repeat(6), 100))
			.isEqualTo("a\u0301\u0301\u0301\u0301<U+0301><U+0301>");
	}

	@Test
	void cutsLongTextsBetweenCodePointsAndSaysSo() {
		assertThat(VisibleText.of("😀".repeat(5), 3)).isEqualTo("😀😀😀… (4 more)");
		assertThat(VisibleText.of("abc", 3)).isEqualTo("abc");
		assertThat(VisibleText.of("\u0000".repeat(1_000_000), 2)).isEqualTo("<U+0000><U+0000>… (999998 more)");
	}

}
