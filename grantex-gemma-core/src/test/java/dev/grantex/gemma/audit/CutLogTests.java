package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.grantex.gemma.disk.DiskImage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A log that ends somewhere else than it did: beyond its seal with the traces of a crash,
 * or before its seal, where only somebody could have cut it.
 */
class CutLogTests extends RecordedLogFixture {

	/** Prime to the length of a line. */
	private static final int SAMPLE = 23;

	private DiskImage image;

	private byte[] whole;

	private int sealed;

	/**
	 * Loses power with two entries under the seal and three beyond it.
	 */
	@BeforeEach
	void losePower() throws IOException {
		try (OfflineAuditLog log = builder().open()) {
			append(log, 2);
			log.markSynchronized(1);
			append(log, 3);
			this.image = loss();
		}
		Path copy = copy(this.image);
		this.whole = Files.readAllBytes(copy);
		this.sealed = (int) statement(copy.getParent()).end().offset();
	}

	@Test
	void sealIsInTheMiddle() {
		assertThat(entriesBefore(this.sealed)).isEqualTo(2);
		assertThat(entriesBefore(this.whole.length)).isEqualTo(5);
	}

	@Test
	void cutBeyondItsSealHasExactlyTheCompleteEntries() throws IOException {
		assertGoesOnCutBeyondItsSeal(SAMPLE);
	}

	@Test
	void cutBeforeItsSealIsTruncated() throws IOException {
		assertRefusedCutBeforeItsSeal(SAMPLE);
	}

	@Tag("endurance")
	@Test
	void cutAnywhereBeyondItsSealHasExactlyTheCompleteEntries() throws IOException {
		assertGoesOnCutBeyondItsSeal(1);
	}

	@Tag("endurance")
	@Test
	void cutAnywhereBeforeItsSealIsTruncated() throws IOException {
		assertRefusedCutBeforeItsSeal(1);
	}

	@Test
	void cutAtTheEndOfALineHasTheEntriesBefore() throws IOException {
		for (int length = this.sealed + 1; length <= this.whole.length; length++) {
			if (this.whole[length - 1] == '\n') {
				assertGoesOn(cut(length), entriesBefore(length));
				assertGoesOn(cut(length - 1), entriesBefore(length - 1));
			}
		}
	}

	private void assertGoesOnCutBeyondItsSeal(int step) throws IOException {
		for (int length = this.sealed; length <= this.whole.length; length += step) {
			assertGoesOn(cut(length), entriesBefore(length));
		}
	}

	private void assertRefusedCutBeforeItsSeal(int step) throws IOException {
		for (int length = 0; length < this.sealed; length += step) {
			assertRefused(cut(length), AuditLogException.LOG_TRUNCATED);
		}
		assertRefused(cut(this.sealed - 1), AuditLogException.LOG_TRUNCATED);
	}

	@ParameterizedTest
	@MethodSource("tails")
	void whatFollowsTheLastEntryIsMovedAside(String name, Function<String, byte[]> tail) throws IOException {
		String last = new String(this.whole, StandardCharsets.UTF_8).lines().toList().get(4);
		byte[] bytes = tail.apply(last);
		int length = this.whole.length - last.length() - 1;
		Path file = cut(length);
		Files.write(file, bytes, StandardOpenOption.APPEND);
		assertGoesOn(file, 4);
		assertThat(file.resolveSibling("audit.jsonl.torn-1")).hasBinaryContent(bytes);
		assertGoesOn(file, 5);
		assertThat(file.resolveSibling("audit.jsonl.torn-2")).doesNotExist();
	}

	static Stream<Arguments> tails() {
		return Stream.of(tail("zeros", (last) -> new byte[1]), tail("a block of zeros", (last) -> new byte[4096]),
				tail("zeros and a line", (last) -> bytes("\0".repeat(600) + last + "\n")),
				tail("ten megabytes of anything", (last) -> anything(10 * 1024 * 1024)),
				tail("ten megabytes without a line's end", (last) -> new byte[10 * 1024 * 1024]),
				tail("a line's end", (last) -> bytes("\n")), tail("another line's end", (last) -> bytes("\r\n")),
				tail("a line with another end", (last) -> bytes(last + "\r\n")),
				tail("a line without an end", Function.<String>identity().andThen(CutLogTests::bytes)),
				tail("a line behind a torn one", (last) -> bytes(last.substring(0, 100) + last + "\n")),
				tail("a line behind a space", (last) -> bytes(" " + last + "\n")),
				tail("a line behind an empty one", (last) -> bytes("\n" + last + "\n")),
				tail("a line whose end is missing", (last) -> bytes(last.substring(0, 300) + "\n")),
				tail("a line of another hash", (last) -> bytes(last.replace("\"tool:5\"", "\"tool:6\"") + "\n")),
				tail("a byte order mark", (last) -> bytes("\uFEFF" + last + "\n")));
	}

	@Test
	void lineThatFollowsIsKeptAndWhatComesAfterItIsMovedAside() throws IOException {
		Path file = cut(this.whole.length);
		Files.write(file, bytes("\0\0\n"), StandardOpenOption.APPEND);
		assertGoesOn(file, 5);
		assertThat(file.resolveSibling("audit.jsonl.torn-1")).hasBinaryContent(bytes("\0\0\n"));
	}

	@Test
	void lineThatIsRepeatedIsMovedAside() throws IOException {
		Path file = cut(this.whole.length);
		Files.write(file, Arrays.copyOfRange(this.whole, this.sealed, this.whole.length), StandardOpenOption.APPEND);
		assertGoesOn(file, 5);
	}

	private static Arguments tail(String name, Function<String, byte[]> tail) {
		return arguments(name, tail);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] anything(int length) {
		byte[] bytes = new byte[length];
		new Random(length).nextBytes(bytes);
		return bytes;
	}

	private Path cut(int length) throws IOException {
		return copy(this.image,
				(directory) -> Files.write(directory.resolve("audit.jsonl"), Arrays.copyOf(this.whole, length)));
	}

	private long entriesBefore(int length) {
		return new String(this.whole, 0, length, StandardCharsets.UTF_8).chars()
			.filter((character) -> character == '\n')
			.count();
	}

}
