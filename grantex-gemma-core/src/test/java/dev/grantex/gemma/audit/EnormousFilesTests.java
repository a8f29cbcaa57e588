package dev.grantex.gemma.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.audit.store.file.FilesInside;
import dev.grantex.gemma.audit.verifier.AuditorFixture;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for files that somebody has made larger than the disk, which sparse ones can be:
 * nobody reads, or copies, all of them.
 */
@Timeout(60)
class EnormousFilesTests extends AuditLogFixture {

	private static final long ENORMOUS = 8L * 1024 * 1024 * 1024 * 1024;

	@Test
	void aLogThatNoPackageHasSealedIsRefused() throws IOException {
		write(this.file, "");
		extend(this.file);
		refused(this::open, AuditLogException.LOG_CORRUPTED);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 2 })
	void whatIsTornOffIsMovedAsideHoweverLongItIs(int entries) throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, entries);
		}
		long size = Files.size(this.file);
		end(this.file, "torn");
		extend(this.file, FilesInside.MAX_TORN + 1_000_000);
		end(this.file, "off");
		long torn = Files.size(this.file) - size;
		try (OfflineAuditLog log = open()) {
			append(log, 1);
			assertThat(sequences(log, 1)).hasSize(entries + 1);
		}
		Path aside = this.directory.resolve("audit.jsonl.torn-1");
		assertThat(aside).hasSize(torn);
		try (RandomAccessFile file = new RandomAccessFile(aside.toFile(), "r")) {
			byte[] text = new byte[4];
			file.readFully(text);
			assertThat(new String(text)).isEqualTo("torn");
			file.seek(torn - 3);
			file.readFully(text, 0, 3);
			assertThat(new String(text)).isEqualTo("offn");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 2 })
	void whatTheDiskHasNoRoomForIsNotMovedAside(int entries) throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, entries);
		}
		extend(this.file);
		refused(this::open, AuditLogException.LOG_FULL);
		assertThat(this.file).hasSize(ENORMOUS);
		assertThat(names()).noneMatch((name) -> name.contains("torn"));
	}

	@Test
	void aLogOfManyEmptyLinesIsNotCopied() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		extend(this.file);
		end(this.file, "\n");
		refused(this::open, AuditLogException.LOG_FULL);
	}

	@Test
	void aFileWithoutAnEntryOfTheChainIsNotCopied() throws IOException {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 2);
		}
		Files.delete(this.file);
		write(this.file, "{}\n");
		extend(this.file);
		end(this.file, "\n{}\n");
		refused(this::open, AuditLogException.LOG_TRUNCATED);
	}

	@Test
	void aClosedFileIsRefused() throws IOException {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 3);
		}
		extend(this.directory.resolve("audit-" + GRANT + "-000000000001.jsonl"));
		refused(this::open, AuditLogException.LOG_CORRUPTED);
	}

	@Test
	void aClosedFileOfAnOpenLogIsFoundDamaged() throws IOException {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 3);
			extend(this.directory.resolve("audit-" + GRANT + "-000000000001.jsonl"));
			assertThat(log.verify(log.verifier(List.of(this.publicKey))).brokenAt()).isOne();
			assertThat(log.lines()).hasSize(4);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aChainIsNotArchived(boolean closedFile) throws IOException {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 3);
		}
		extend(closedFile ? this.directory.resolve("audit-" + GRANT + "-000000000001.jsonl") : this.file);
		List<String> before = names();
		refused(() -> OfflineAuditLog.builder(this.file, this.bundle).archive(), AuditLogException.LOG_CORRUPTED);
		assertThat(names()).isEqualTo(before);
	}

	@Test
	void aFileThatWasPutIntoAnArchiveIsNotRead() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		Path archive = this.directory.resolve(OfflineAuditLog.builder(this.file, this.bundle).archive().name());
		extend(archive.resolve("audit.jsonl"));
		refused(() -> OfflineAuditLog.builder(this.file, this.bundle).archive(), AuditLogException.LOG_CORRUPTED);
	}

	@Test
	void aSealIsRefused() throws IOException {
		open().close();
		extend(this.directory.resolve("audit.seal"));
		refused(this::open, AuditLogException.LOG_CORRUPTED);
	}

	@Test
	void aLockNotesNothing() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		extend(this.directory.resolve("audit-" + GRANT + ".lock"));
		extend(this.directory.resolve("audit.jsonl.lock"));
		try (OfflineAuditLog log = open()) {
			assertThat(sequences(log, 1)).containsExactly(1L, 2L);
		}
	}

	@Test
	void theCommandLineFindsALogBroken() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		extend(this.file);
		assertThat(AuditorFixture.outcome(List.of(this.file.toString())).code()).isOne();
	}

	private static void extend(Path path) throws IOException {
		extend(path, ENORMOUS);
	}

	private static void extend(Path path, long length) throws IOException {
		try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
			file.setLength(length);
		}
	}

	private static void end(Path path, String text) throws IOException {
		try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
			file.seek(file.length());
			file.writeBytes(text);
		}
	}

}
