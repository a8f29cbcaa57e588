package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.disk.EnabledForRoot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for who may own and write a {@link PrivateFile} and its directory.
 */
class FileOwnershipTests {

	private static final byte[] CONTENT = "content".getBytes(StandardCharsets.US_ASCII);

	@TempDir
	Path temporary;

	private Path directory;

	private PrivateFile file;

	@BeforeEach
	void create() {
		this.directory = this.temporary.resolve("above/directory");
		this.file = new PrivateFile(this.directory.resolve("file"));
		this.file.replace(CONTENT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rw-----w-", "rw-rw-rw-", "rw--w--w-" })
	void refusesAFileThatOthersMayWrite(String mode) throws IOException {
		permit(this.file.path(), mode);
		assertUnsafe("chmod 600");
	}

	@ParameterizedTest
	@ValueSource(strings = { "rwx----w-", "rwxrwxrwx" })
	void refusesADirectoryThatOthersMayWrite(String mode) throws IOException {
		permit(this.directory, mode);
		assertUnsafe("chmod 700");
	}

	@Test
	void refusesAStickyDirectoryThatOthersMayWrite() throws IOException {
		Files.setAttribute(this.directory, "unix:mode", 01777);
		assertUnsafe("chmod 700");
	}

	@Test
	void refusesToCreateAFileInADirectoryThatOthersMayWrite() throws IOException {
		Path open = Files.createDirectory(this.temporary.resolve("open"));
		permit(open, "rwxrwxrwx");
		PrivateFile created = new PrivateFile(open.resolve("file"));
		unsafe(() -> created.replace(CONTENT), "chmod 700");
		unsafe(() -> created.open(StandardOpenOption.CREATE, StandardOpenOption.WRITE), "chmod 700");
		unsafe(() -> created.read(10), "chmod 700");
		assertThat(open).isEmptyDirectory();
	}

	@ParameterizedTest
	@ValueSource(strings = { "rw--w----", "rw-rw-r--" })
	void acceptsAFileThatItsGroupMayWrite(String mode) throws IOException {
		permit(this.file.path(), mode);
		permit(this.directory, "rwxrwxr-x");
		assertSafe();
	}

	@Test
	@EnabledForRoot
	void refusesAFileOfAnotherUser() throws IOException {
		EnabledForRoot.Condition.giveAway(this.file.path());
		assertUnsafe("The file file belongs to another user");
	}

	@Test
	@EnabledForRoot
	void refusesADirectoryOfAnotherUser() throws IOException {
		EnabledForRoot.Condition.giveAway(this.directory);
		assertUnsafe("The directory of file belongs to another user");
		assertThat(this.directory.toFile().list()).containsExactly("file");
	}

	@Test
	void doesNotLookAtTheDirectoriesAbove() throws IOException {
		permit(this.directory.getParent(), "rwxrwxrwx");
		assertSafe();
	}

	@Test
	@EnabledForRoot
	void doesNotLookAtTheOwnersOfDirectoriesAbove() throws IOException {
		EnabledForRoot.Condition.giveAway(this.directory.getParent());
		assertSafe();
	}

	@Test
	void looksAtTheDirectoryThatALinkLeadsTo() throws IOException {
		Path link = Files.createSymbolicLink(this.temporary.resolve("link"), this.directory);
		this.file = new PrivateFile(link.resolve("file"));
		assertSafe();
		permit(this.directory, "rwxrwxrwx");
		assertUnsafe("chmod 700");
	}

	private void assertSafe() throws IOException {
		assertThat(this.file.read(100)).contains(CONTENT);
		this.file.open(StandardOpenOption.READ, StandardOpenOption.WRITE).close();
		this.file.requireSafe();
		this.file.replace(CONTENT);
	}

	private void assertUnsafe(String advice) {
		unsafe(() -> this.file.read(100), advice);
		unsafe(() -> this.file.open(StandardOpenOption.READ, StandardOpenOption.WRITE), advice);
		unsafe(this.file::requireSafe, advice);
		unsafe(() -> this.file.replace(new byte[0]), advice);
		assertThat(this.file.path()).hasBinaryContent(CONTENT);
	}

	private static void unsafe(ThrowingCallable call, String advice) {
		assertThatExceptionOfType(UnsafeFileException.class).isThrownBy(call).withMessageContaining(advice);
	}

	private static void permit(Path path, String mode) throws IOException {
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
	}

}
