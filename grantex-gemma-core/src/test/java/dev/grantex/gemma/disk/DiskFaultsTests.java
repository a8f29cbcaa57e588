package dev.grantex.gemma.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * How a disk fails.
 */
class DiskFaultsTests {

	private RecordingFileSystem disk;

	private Path file;

	@BeforeEach
	void createFile(@TempDir Path directory) throws IOException {
		this.disk = RecordingFileSystem.over(directory);
		this.file = this.disk.root().resolve("file");
		Files.writeString(this.file, "12345");
	}

	@Test
	void writeOnAFullDiskIsShortBeforeItFails() throws IOException {
		this.disk.faults().full(3);
		try (FileChannel channel = open()) {
			assertThat(channel.write(ByteBuffer.wrap(new byte[10]), 5)).isEqualTo(3);
			assertThatIOException().isThrownBy(() -> channel.write(ByteBuffer.wrap(new byte[7]), 8));
			assertThat(channel.write(ByteBuffer.wrap(new byte[4]), 0)).isEqualTo(4);
			this.disk.faults().clear();
			assertThat(channel.write(ByteBuffer.wrap(new byte[7]), 8)).isEqualTo(7);
		}
	}

	@Test
	void readOnlyDiskRefusesEveryChange() throws IOException {
		try (FileChannel channel = open()) {
			this.disk.faults().readOnly();
			assertThatIOException().isThrownBy(this::open);
			assertThatIOException().isThrownBy(() -> channel.write(ByteBuffer.wrap(new byte[1]), 0));
			assertThatIOException().isThrownBy(() -> channel.truncate(0));
			assertThatIOException().isThrownBy(() -> channel.force(true));
			assertThatIOException().isThrownBy(() -> Files.delete(this.file));
			assertThatIOException().isThrownBy(() -> Files.createDirectory(this.file.resolveSibling("directory")));
			assertThat(this.file).hasContent("12345");
		}
	}

	@Test
	void renamingCanFail() {
		this.disk.faults().failRenames();
		assertThatIOException()
			.isThrownBy(() -> Files.move(this.file, this.file.resolveSibling("other"), StandardCopyOption.ATOMIC_MOVE));
		assertThat(this.file).exists();
	}

	@Test
	void readingCanTakeMorePieces() throws IOException {
		this.disk.faults().shortReads(2);
		try (FileChannel channel = open()) {
			assertThat(channel.read(ByteBuffer.allocate(5), 0)).isEqualTo(2);
		}
	}

	@Test
	void filesAreReallyLocked() throws IOException {
		try (FileChannel channel = open(); FileChannel other = open()) {
			assertThat(channel.tryLock()).isNotNull();
			assertThatExceptionOfType(OverlappingFileLockException.class).isThrownBy(other::tryLock);
		}
	}

	private FileChannel open() throws IOException {
		return FileChannel.open(this.file, StandardOpenOption.READ, StandardOpenOption.WRITE);
	}

}
