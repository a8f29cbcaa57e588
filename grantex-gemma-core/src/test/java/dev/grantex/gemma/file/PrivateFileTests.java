package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PrivateFileTests {

	@TempDir
	Path temporary;

	@Test
	void readsNoMoreThanAsked() {
		PrivateFile file = new PrivateFile(this.temporary.resolve("file"));
		file.replace("0123456789".getBytes(StandardCharsets.US_ASCII));
		assertThat(file.read(4)).get().isEqualTo("0123".getBytes(StandardCharsets.US_ASCII));
		assertThat(file.read(10)).get().isEqualTo("0123456789".getBytes(StandardCharsets.US_ASCII));
		assertThat(file.read(4096)).get().isEqualTo("0123456789".getBytes(StandardCharsets.US_ASCII));
	}

	@Test
	void readsAnEmptyFile() {
		PrivateFile file = new PrivateFile(this.temporary.resolve("file"));
		file.replace(new byte[0]);
		assertThat(file.read(10)).get().isEqualTo(new byte[0]);
	}

	@Test
	void opensANewFileForTheOwnerOnly() throws IOException {
		PrivateFile file = new PrivateFile(this.temporary.resolve("a/b/file"));
		try (FileChannel channel = file.open(StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
			channel.write(ByteBuffer.wrap(new byte[] { 1 }));
		}
		assertThat(permissions(file.path())).isEqualTo("rw-------");
		assertThat(permissions(this.temporary.resolve("a"))).isEqualTo("rwx------");
		assertThat(permissions(this.temporary.resolve("a/b"))).isEqualTo("rwx------");
	}

	@Test
	void doesNotOpenALink() throws IOException {
		Path target = Files.createFile(this.temporary.resolve("target"));
		Path link = Files.createSymbolicLink(this.temporary.resolve("link"), target);
		assertThatExceptionOfType(UnsafeFileException.class)
			.isThrownBy(() -> new PrivateFile(link).open(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
	}

	@Test
	void doesNotCreateAFileThatIsOnlyToBeOpened() {
		PrivateFile file = new PrivateFile(this.temporary.resolve("file"));
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> file.open(StandardOpenOption.WRITE));
		assertThat(file.exists()).isFalse();
	}

	@Test
	void keepsTheOldContentWhenTheNewOneCannotTakeItsPlace() throws IOException {
		PrivateFile file = new PrivateFile(this.temporary.resolve("directory/file"));
		Files.createDirectories(file.path());
		assertThatExceptionOfType(UnsafeFileException.class).isThrownBy(() -> file.replace(new byte[1]));
		try (Stream<Path> files = Files.list(file.path().getParent())) {
			assertThat(files).containsExactly(file.path());
		}
	}

	@Test
	void deletesALinkButNotItsTarget() throws IOException {
		Path target = Files.createFile(this.temporary.resolve("target"));
		PrivateFile link = new PrivateFile(Files.createSymbolicLink(this.temporary.resolve("link"), target));
		link.delete();
		assertThat(link.exists()).isFalse();
		assertThat(target).exists();
	}

	@Test
	void needsAFileName() {
		assertThatIllegalArgumentException().isThrownBy(() -> new PrivateFile(Path.of("/")));
	}

	private static String permissions(Path path) throws IOException {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
	}

}
