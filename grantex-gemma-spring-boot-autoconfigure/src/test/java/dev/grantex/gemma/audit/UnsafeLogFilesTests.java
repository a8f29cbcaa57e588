package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for files that others could read, write or point elsewhere.
 */
class UnsafeLogFilesTests extends AuditLogFixture {

	@Test
	void filesBelongToTheirOwnerOnly() throws IOException {
		this.file = this.directory.resolve("new/deep/audit.jsonl");
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 2);
			log.markSynchronized(1);
		}
		assertThat(mode(this.file.getParent())).isEqualTo("rwx------");
		try (Stream<Path> files = Files.list(this.file.getParent())) {
			assertThat(files).hasSizeGreaterThan(3).allMatch((path) -> mode(path).equals("rw-------"));
		}
	}

	@Test
	void refusesLinksAndFilesThatOthersMayWrite() throws IOException {
		Path target = this.directory.resolve("target");
		write(target, "");
		Files.createSymbolicLink(this.file, target);
		refused(this::open, AuditLogException.LOG_UNSAFE);
		Files.delete(this.file);
		Files.createLink(this.file, target);
		refused(this::open, AuditLogException.LOG_UNSAFE);
		Files.delete(this.file);
		write(this.file, "");
		for (String mode : List.of("rw--w----", "rw-----w-")) {
			Files.setPosixFilePermissions(this.file, PosixFilePermissions.fromString(mode));
			refused(this::open, AuditLogException.LOG_UNSAFE);
		}
		Files.delete(this.file);
		Files.createDirectory(this.file);
		refused(this::open, AuditLogException.LOG_UNSAFE);
		assertThat(target).isEmptyFile();
	}

	@Test
	void refusesLinksInPlaceOfClosedFilesSealAndLock() throws IOException {
		Path target = this.directory.resolve("target");
		write(target, "1");
		for (String name : List.of("-000000000001.jsonl", ".seal", ".lock")) {
			Path link = this.directory.resolve("audit-" + GRANT + name);
			Files.deleteIfExists(link);
			Files.createSymbolicLink(link, target);
			refused(this::open, AuditLogException.LOG_UNSAFE);
			Files.delete(link);
		}
		assertThat(target).hasContent("1");
	}

	@Test
	void messagesAndTextsTellNoPathAndNoKey() throws IOException {
		write(this.directory.resolve("audit.seal"), "garbage\n");
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(this::open)
			.withMessageNotContaining(this.directory.toString());
		write(this.file, "");
		Path notADirectory = this.file.resolve("audit.jsonl");
		assertThatExceptionOfType(AuditLogException.class)
			.isThrownBy(() -> OfflineAuditLog.open(notADirectory, this.bundle))
			.withMessageNotContaining(this.directory.toString())
			.returns(AuditLogException.LOG_UNWRITABLE, AuditLogException::reason);
	}

	private static String mode(Path path) {
		try {
			return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
