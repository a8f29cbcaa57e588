package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.grantex.gemma.disk.EnabledForRoot;
import dev.grantex.gemma.disk.NamedPipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for files that others could read, write or point elsewhere.
 */
@ExtendWith(OutputCaptureExtension.class)
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
		for (String mode : List.of("rw--w--w-", "rw-----w-")) {
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

	@ParameterizedTest
	@ValueSource(strings = { "audit.jsonl", "audit.seal", "audit-" + GRANT + "-000000000001.jsonl", "audit.jsonl.lock",
			"audit-" + GRANT + ".lock", "." })
	void refusesWhatOthersMayWriteAndWarnsOfWhatAGroupMay(String name, CapturedOutput output) throws IOException {
		closedLog();
		Path path = this.directory.resolve(name).normalize();
		Set<PosixFilePermission> safe = Files.getPosixFilePermissions(path);
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
		refused(this::open, AuditLogException.LOG_UNSAFE);
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwx---"));
		open().close();
		assertThat(output).contains("(" + name + ")", "fsGroupChangePolicy: OnRootMismatch");
		Files.setPosixFilePermissions(path, safe);
		open().close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "audit.jsonl", "audit.seal", "audit-" + GRANT + "-000000000001.jsonl", "audit.jsonl.lock",
			"audit-" + GRANT + ".lock", "" })
	@EnabledForRoot
	void refusesWhatBelongsToAnotherUser(String name) throws IOException {
		closedLog();
		EnabledForRoot.Condition.giveAway(this.directory.resolve(name));
		refused(this::open, AuditLogException.LOG_UNSAFE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "audit.jsonl", "audit.seal", "audit-" + GRANT + "-000000000001.jsonl", "audit.jsonl.lock",
			"audit-" + GRANT + ".lock" })
	@Timeout(60)
	void refusesPipes(String name) throws IOException {
		closedLog();
		Path path = this.directory.resolve(name);
		Files.delete(path);
		NamedPipe.at(path);
		refused(this::open, AuditLogException.LOG_UNSAFE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "audit.jsonl", "public-keys.pem", "SHA256SUMS", "" })
	void refusesAnArchiveThatOthersMayWrite(String name) throws IOException {
		closedLog();
		AuditLogBuilder builder = OfflineAuditLog.builder(this.file, this.bundle);
		Path archive = this.directory.resolve(builder.archive().name());
		Files.setPosixFilePermissions(archive.resolve(name), PosixFilePermissions.fromString("rwxrwxrwx"));
		refused(builder::archive, AuditLogException.LOG_UNSAFE);
	}

	private void closedLog() {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 2);
		}
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
