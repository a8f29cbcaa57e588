package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.audit.store.StoreException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for a lock that a log of another class loader holds in the same process.
 */
class LogLockTests {

	private Path file;

	@BeforeEach
	void nameTheFile(@TempDir Path directory) throws IOException {
		this.file = directory.toRealPath().resolve("audit.jsonl.lock");
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void aRefusedAttemptDoesNotCostAFileEach() throws IOException {
		try (FileChannel other = PrivateFiles.open(this.file)) {
			other.lock();
			for (int i = 0; i < 20; i++) {
				assertThatExceptionOfType(StoreException.class).isThrownBy(() -> LogLock.acquire(this.file))
					.returns(true, (ex) -> ex.fault().isInUse());
			}
			assertThat(openFiles()).isLessThanOrEqualTo(2);
		}
	}

	@Test
	void isFreeOnceTheOtherLogIsClosed() throws IOException {
		try (FileChannel other = PrivateFiles.open(this.file)) {
			other.lock();
			assertThatExceptionOfType(StoreException.class).isThrownBy(() -> LogLock.acquire(this.file));
		}
		try (LogLock lock = LogLock.acquire(this.file)) {
			assertThatExceptionOfType(StoreException.class).isThrownBy(() -> LogLock.acquire(this.file));
		}
	}

	@Test
	void isThatOfTheFileThatIsThereNow() throws IOException {
		try (FileChannel other = PrivateFiles.open(this.file)) {
			other.lock();
			assertThatExceptionOfType(StoreException.class).isThrownBy(() -> LogLock.acquire(this.file));
		}
		Files.delete(this.file);
		try (LogLock lock = LogLock.acquire(this.file)) {
			assertThat(this.file).exists();
		}
	}

	private long openFiles() throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.filter(this::isTheLock).count();
		}
	}

	private boolean isTheLock(Path descriptor) {
		try {
			return Files.readSymbolicLink(descriptor).equals(this.file);
		}
		catch (IOException ex) {
			return false;
		}
	}

}
