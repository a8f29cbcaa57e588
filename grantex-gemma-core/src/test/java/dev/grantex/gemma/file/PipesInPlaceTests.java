package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.grantex.gemma.bundle.BundleVectors;
import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.disk.NamedPipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Tests for named pipes in the place of files, also when they come after it was looked
 * at: they keep nobody waiting.
 */
@Timeout(180)
class PipesInPlaceTests {

	private static final String KEY = "0".repeat(64);

	@TempDir
	Path directory;

	private Path file;

	@BeforeEach
	void nameTheFile() {
		this.file = this.directory.resolve("bundle.enc");
	}

	@Test
	void aPipeIsRefused() throws IOException {
		NamedPipe.at(this.file);
		assertThatExceptionOfType(UnsafeFileException.class)
			.isThrownBy(EncryptedFileBundleRepository.withKey(this.file, KEY)::load);
	}

	@Test
	void aPipeThatComesAndGoesKeepsNobodyWaiting() throws Exception {
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(this.file, KEY);
		repository.save(BundleVectors.bundle());
		AtomicBoolean done = new AtomicBoolean();
		CompletableFuture<Void> swapping = swapWithAPipe(done);
		try {
			assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
				int refused = 0;
				int loaded = 0;
				while (refused < 10 || loaded < 10) {
					try {
						assertThat(repository.load()).contains(BundleVectors.bundle());
						loaded++;
					}
					catch (UnsafeFileException | FileUnavailableException ex) {
						refused++;
					}
				}
			});
		}
		finally {
			done.set(true);
			swapping.join();
		}
	}

	private CompletableFuture<Void> swapWithAPipe(AtomicBoolean done) throws IOException {
		NamedPipe pipe = NamedPipe.at(this.directory.resolve("pipe"));
		byte[] content = Files.readAllBytes(this.file);
		return CompletableFuture.runAsync(() -> {
			try {
				while (!done.get()) {
					pipe.takePlaceOf(this.file);
					PrivateFile regular = new PrivateFile(this.directory.resolve("regular"));
					regular.replace(content);
					Files.move(regular.path(), this.file, StandardCopyOption.ATOMIC_MOVE);
					// Takes as long, so that the file is there as often as the pipe.
					regular.replace(content);
				}
			}
			catch (IOException | GrantexGemmaException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	@Test
	void aPipeInPlaceOfTheDirectoryKeepsNobodyWaiting() throws IOException {
		Path directory = this.directory.resolve("above");
		PrivateFile inside = new PrivateFile(directory.resolve("file"));
		NamedPipe.at(directory);
		assertThatExceptionOfType(IOException.class).isThrownBy(inside::forceDirectory);
		assertThatExceptionOfType(FileUnavailableException.class).isThrownBy(() -> inside.replace(new byte[0]));
	}

	@Test
	void waitsNoLongerThanToldForWhatCannotBeOpened() throws IOException {
		try (NamedPipe pipe = NamedPipe.at(this.file)) {
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> PatientOpening.of(() -> FileChannel.open(this.file, StandardOpenOption.READ),
						Duration.ofMillis(50)))
				.withMessage("A file could not be opened in time");
			assertThat(pipe).isNotNull();
		}
	}

	@Test
	void anInterruptionDoesNotEndTheWait() throws IOException {
		Files.writeString(this.file, "x");
		Thread.currentThread().interrupt();
		PatientOpening.of(() -> Files.newInputStream(this.file)).close();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void whatFailsToOpenFailsAsItDoesOtherwise() {
		assertThatExceptionOfType(NoSuchFileException.class)
			.isThrownBy(() -> PatientOpening.of(() -> Files.newInputStream(this.file)));
	}

}
