package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for a file that only one log may write.
 */
class LockedFileTests {

	private Path file;

	@BeforeEach
	void nameTheFile(@TempDir Path directory) throws IOException {
		this.file = directory.toRealPath().resolve("audit.jsonl");
	}

	@Test
	void isOpenOnceInAProcessUnderWhateverName() throws IOException {
		try (LockedFile locked = LockedFiles.create(this.file)) {
			assertInUse(this.file, true);
			Path renamed = Files.move(this.file, this.file.resolveSibling("renamed"));
			assertInUse(renamed, true);
			assertThat(locked.isAt(renamed)).isTrue();
		}
		LockedFiles.open(this.file.resolveSibling("renamed")).close();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void readingItInThisProcessOpensNoDescriptor() throws IOException {
		try (LockedFile locked = LockedFiles.create(this.file)) {
			write(locked, "one\n");
			long open = openFiles();
			FileChannel view = PrivateFiles.openForReading(this.file);
			assertThat(openFiles()).isEqualTo(open);
			assertThat(read(view)).isEqualTo("one\n");
			view.close();
			assertThat(openFiles()).isEqualTo(open);
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void whatIsBeingReadCanBeReadToItsEndAfterItWasClosed() throws IOException {
		LockedFile locked = LockedFiles.create(this.file);
		write(locked, "one\n");
		try (FileChannel view = PrivateFiles.openForReading(this.file)) {
			locked.close();
			try (LockedFile again = LockedFiles.open(this.file)) {
				assertThat(read(view)).isEqualTo("one\n");
			}
		}
		assertThat(openFiles()).isZero();
	}

	@Test
	void whatIsBeingReadGoesOnAfterTheFileWasReopened() throws IOException {
		try (LockedFile locked = LockedFiles.create(this.file); FileChannel view = locked.view()) {
			write(locked, "one\n");
			locked.reopen(this.file);
			assertThat(read(view)).isEqualTo("one\n");
		}
	}

	@Test
	void anInterruptedReaderDoesNotCloseItUnderTheWriter() throws IOException {
		try (LockedFile locked = LockedFiles.create(this.file); FileChannel view = locked.view()) {
			write(locked, "one\n");
			Thread.currentThread().interrupt();
			assertThat(read(view)).isEqualTo("one\n");
			assertThat(Thread.interrupted()).isTrue();
			assertThat(locked.channel().isOpen()).isTrue();
		}
	}

	@Test
	void aReaderThatWasInterruptedWhileItReadDisturbsNoOther() throws IOException {
		try (LockedFile locked = LockedFiles.create(this.file); FileChannel view = locked.view()) {
			for (int i = 0; i < 2; i++) {
				write(locked, "one\n");
				locked.channel().close();
				assertThat(read(view.position(0))).isEqualTo("one\n");
				locked.renewLock();
				locked.reopen(this.file);
			}
		}
	}

	@Test
	void whatWasRemovedIsLeftAlsoAfterAnInterruptionHasClosedTheChannel() throws IOException {
		try (PlacedFile placed = new PlacedFile(this.file, LockedFiles.create(this.file))) {
			placed.channel().write(ByteBuffer.wrap("one\n".getBytes(StandardCharsets.UTF_8)));
			placed.channel().close();
			Files.delete(this.file);
			placed.reopen(4);
			assertThat(this.file).hasContent("one\n");
			assertThat(placed.isInPlace()).isTrue();
			assertInUse(this.file, true);
		}
	}

	@Test
	void anotherFileInItsPlaceIsNotReopened() throws IOException {
		try (LockedFile locked = LockedFiles.create(this.file)) {
			Files.move(this.file, this.file.resolveSibling("away"));
			PrivateFiles.create(this.file).close();
			assertThatExceptionOfType(StoreException.class).isThrownBy(() -> locked.reopen(this.file))
				.returns(Fault.DISPLACED, StoreException::fault);
			assertThat(locked.channel().isOpen()).isTrue();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void whatALogOfAnotherClassLoaderHasIsRefusedAndCostsNoFileEach() throws IOException {
		try (FileChannel other = PrivateFiles.create(this.file)) {
			other.lock(Long.MAX_VALUE - 1, 1, false);
			for (int i = 0; i < 20; i++) {
				assertInUse(this.file, true);
			}
			assertThat(openFiles()).isLessThanOrEqualTo(2);
		}
		LockedFiles.open(this.file).close();
		assertThat(openFiles()).isZero();
	}

	private static void assertInUse(Path path, boolean inThisProcess) {
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> LockedFiles.open(path))
			.returns(inThisProcess, (ex) -> ex.fault().isHere());
	}

	private static void write(LockedFile file, String text) throws IOException {
		file.channel().write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
	}

	private static String read(FileChannel channel) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(100);
		channel.read(buffer);
		return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
	}

	private long openFiles() throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.filter(this::isTheFile).count();
		}
	}

	private boolean isTheFile(Path descriptor) {
		try {
			return Files.readSymbolicLink(descriptor).equals(this.file);
		}
		catch (IOException ex) {
			return false;
		}
	}

}
