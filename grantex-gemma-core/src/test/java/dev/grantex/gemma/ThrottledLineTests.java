package dev.grantex.gemma;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.apache.commons.logging.impl.NoOpLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A line that may be caused without end.
 */
class ThrottledLineTests {

	private static final String LEFT_OUT = " more left out since the last such line]";

	private final TestClock clock = new TestClock();

	private final WrittenLines lines = new WrittenLines();

	private final ThrottledLine line = new ThrottledLine(this.lines, this.clock);

	@Test
	void isWrittenOnceAMinuteWithTheNumberOfThoseLeftOutSince() {
		warn(100_000);
		this.clock.advance(Duration.ofMillis(59_999));
		warn(1);
		assertThat(this.lines.texts).containsExactly("text");
		this.clock.advance(Duration.ofMillis(1));
		warn(7);
		this.clock.advance(Duration.ofMinutes(1));
		warn(1);
		this.clock.advance(Duration.ofMinutes(1));
		warn(1);
		assertThat(this.lines.texts).containsExactly("text", "text [100000" + LEFT_OUT, "text [6" + LEFT_OUT, "text");
	}

	@Test
	void hasTheStackTraceInTheFirstLineOnly() {
		for (int minute = 0; minute < 3; minute++) {
			this.line.warn(() -> "text", new IllegalStateException("not to be repeated"));
			this.clock.advance(Duration.ofMinutes(1));
		}
		assertThat(this.lines.failures).hasSize(1);
		assertThat(this.lines.texts).containsExactly("text", "text [java.lang.IllegalStateException]",
				"text [java.lang.IllegalStateException]");
	}

	@Test
	void hasTheStackTraceOfAFailureOfAnotherClass() {
		this.line.error(() -> "text", new IllegalStateException());
		this.clock.advance(Duration.ofMinutes(1));
		this.line.error(() -> "text", new StackOverflowError());
		assertThat(this.lines.failures).hasSize(2);
		assertThat(this.lines.texts).containsExactly("text", "text");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT1M", "PT-1M", "P365000D", "P-365000D" })
	void isNotSilencedByAClockThatIsSet(Duration step) {
		warn(2);
		this.clock.advance(step);
		warn(1);
		assertThat(this.lines.texts).containsExactly("text", "text [1" + LEFT_OUT);
	}

	@Test
	void isSilentForTwoMinutesAtMostAfterTheClockWasSetBackByLess() {
		warn(1);
		this.clock.advance(Duration.ofSeconds(-59));
		warn(1);
		this.clock.advance(Duration.ofSeconds(119));
		warn(1);
		assertThat(this.lines.texts).hasSize(2);
	}

	@Test
	void standsTheClockAnywhere() {
		for (Instant now : List.of(Instant.MIN, Instant.MAX, Instant.MIN)) {
			this.clock.set(now);
			warn(2);
		}
		assertThat(this.lines.texts).hasSize(3);
	}

	@Test
	void isToldByTheNextOneIfItCouldNotBeWritten() {
		assertThatIllegalStateException().isThrownBy(() -> this.line.warn(() -> {
			throw new IllegalStateException();
		}, null));
		this.clock.advance(Duration.ofMinutes(1));
		warn(1);
		assertThat(this.lines.texts).containsExactly("text [1" + LEFT_OUT);
	}

	@Test
	void isCountedExactlyWhateverThreadsCauseIt() {
		IntStream.range(0, 20_000).parallel().forEach((i) -> {
			if (i % 1_000 == 0) {
				// Two at once could set the clock back.
				synchronized (this.clock) {
					this.clock.advance(Duration.ofMinutes(1));
				}
			}
			warn(1);
		});
		this.clock.advance(Duration.ofMinutes(1));
		warn(1);
		assertThat(this.lines.texts.size() + this.lines.leftOut()).isEqualTo(20_001);
	}

	@Test
	void costsNothingWhereNobodyReadsIt() {
		this.line.debug(() -> {
			throw new IllegalStateException();
		}, null);
		warn(1);
		assertThat(this.lines.texts).containsExactly("text");
	}

	private void warn(int times) {
		for (int i = 0; i < times; i++) {
			this.line.warn(() -> "text", null);
		}
	}

	private static final class WrittenLines extends NoOpLog {

		private static final Pattern NUMBER = Pattern.compile("\\[(\\d+) more");

		private final List<String> texts = new CopyOnWriteArrayList<>();

		private final List<Throwable> failures = new CopyOnWriteArrayList<>();

		@Override
		public void warn(Object message, Throwable failure) {
			this.texts.add((String) message);
			if (failure != null) {
				this.failures.add(failure);
			}
		}

		@Override
		public void error(Object message, Throwable failure) {
			warn(message, failure);
		}

		private long leftOut() {
			return this.texts.stream()
				.map(NUMBER::matcher)
				.filter(Matcher::find)
				.mapToLong((number) -> Long.parseLong(number.group(1)))
				.sum();
		}

	}

}
