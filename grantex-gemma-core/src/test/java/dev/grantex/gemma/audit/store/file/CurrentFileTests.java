package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The file that is appended to, where somebody else puts another in its place.
 */
class CurrentFileTests {

	@TempDir
	private Path directory;

	@Test
	void isSavedAlsoAfterAnInterruptedReaderHasClosedTheChannel() throws IOException {
		Path file = this.directory.resolve("audit.jsonl");
		byte[] held = "held\n".getBytes(StandardCharsets.UTF_8);
		try (LogLocks locks = LogLocks.acquire(new SegmentNames(file), "grnt_1", false);
				CurrentFile current = new CurrentFile(locks)) {
			current.open(file, 0).append(held, true);
			Path copy = Files.copy(file, this.directory.resolve("copy"));
			Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
			Objects.requireNonNull(current.get()).channel().close();
			assertThat(current.forceForSeal()).isTrue();
			current.saveDisplaced();
		}
		assertThat(this.directory.resolve("audit.jsonl.open-1")).hasBinaryContent(held);
	}

}
