package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Files that this process can put something else in the place of.
 */
class ReplaceableFilesTests {

	private final ReplaceableFiles replaceable = new ReplaceableFiles();

	@TempDir
	Path directory;

	private Path inner;

	@AfterEach
	void makeDeletable() throws IOException {
		if (this.inner != null) {
			Files.setPosixFilePermissions(this.inner, PosixFilePermissions.fromString("rwx------"));
		}
	}

	@Test
	void aFileThatCanBeWrittenIsOne() throws IOException {
		assertThat(this.replaceable.include(Files.createFile(this.directory.resolve("file")))).isTrue();
	}

	@Test
	void aFileOfOurOwnWithoutPermissionToWriteIsOne() throws IOException {
		Path file = Files.createFile(Files.createDirectory(this.directory.resolve("inner")).resolve("file"));
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
		this.inner = file.getParent();
		Files.setPosixFilePermissions(this.inner, PosixFilePermissions.fromString("r-xr-xr-x"));
		assertThat(this.replaceable.include(file)).isTrue();
	}

	@Test
	void aFileBehindALinkInADirectoryThatCanBeWrittenIsOne() throws IOException {
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), Path.of("/etc/passwd"));
		assertThat(this.replaceable.include(link)).isTrue();
		Path throughDirectory = Files.createSymbolicLink(this.directory.resolve("etc"), Path.of("/etc"));
		assertThat(this.replaceable.include(throughDirectory.resolve("passwd"))).isTrue();
	}

	@Test
	void aFileOfSomebodyElseIsNone() {
		assumeThat(Files.isWritable(Path.of("/etc/passwd"))).as("runs as root").isFalse();
		assertThat(this.replaceable.include(Path.of("/etc/passwd"))).isFalse();
		assertThat(this.replaceable.include(Path.of("/etc/there-is-no-such-file"))).isFalse();
	}

}
