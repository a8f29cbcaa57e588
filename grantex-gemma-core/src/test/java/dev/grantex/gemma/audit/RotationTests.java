package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.disk.DiskOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what can come between one file of a log and the next.
 */
class RotationTests {

	private final Locale locale = Locale.getDefault();

	private RecordingFileSystem disk;

	private Path file;

	@BeforeEach
	void nameTheFile(@TempDir Path directory) throws IOException {
		this.disk = RecordingFileSystem.over(directory);
		this.file = this.disk.root().resolve("audit.jsonl");
	}

	@AfterEach
	void restore() {
		Locale.setDefault(this.locale);
		Thread.interrupted();
	}

	@Test
	void filesAreFoundAgainWhereDigitsLookDifferent() {
		Locale.setDefault(Locale.forLanguageTag("ar-EG"));
		try (OfflineAuditLog log = open(Durability.FSYNC)) {
			append(log);
			append(log);
		}
		Locale.setDefault(Locale.ROOT);
		try (OfflineAuditLog log = open(Durability.FSYNC)) {
			assertThat(sequences(log)).containsExactly(1L, 2L);
		}
	}

	@Test
	void neverContinuesAFileThatSomebodyElseBegan() throws IOException {
		open(Durability.FSYNC).close();
		AtomicBoolean begun = new AtomicBoolean();
		this.disk.faults().before((operation) -> {
			if (isCreation(operation, this.file) && begun.compareAndSet(false, true)) {
				AuditLogFixture.write(this.file, "{\"seq\":2}\n");
			}
		});
		try (OfflineAuditLog log = open(Durability.FSYNC)) {
			append(log);
			assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> append(log))
				.returns(AuditLogException.LOG_MISSING, AuditLogException::reason);
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_MISSING);
			assertThat(this.file).hasContent("{\"seq\":2}\n");
			Files.delete(this.file);
			append(log);
			assertThat(sequences(log)).containsExactly(1L, 2L);
		}
	}

	@Test
	void anInterruptedThreadStillBeginsTheNextFile() {
		try (OfflineAuditLog log = open(Durability.OS)) {
			append(log);
			AtomicBoolean interrupted = new AtomicBoolean();
			this.disk.faults().before((operation) -> {
				if (operation instanceof DiskOperation.Force && interrupted.compareAndSet(false, true)) {
					Thread.currentThread().interrupt();
				}
			});
			append(log);
			assertThat(Thread.interrupted()).isTrue();
			assertThat(sequences(log)).containsExactly(1L, 2L);
		}
	}

	@Test
	void aTornLineIsMovedAsideWholeThoughReadInPieces() throws IOException {
		open(Durability.FSYNC).close();
		String torn = "x".repeat(200_000) + "end";
		Files.writeString(this.file, torn);
		this.disk.faults().shortReads(1000);
		open(Durability.FSYNC).close();
		assertThat(this.file).isEmptyFile();
		assertThat(this.file.resolveSibling("audit.jsonl.torn-1")).hasContent(torn);
	}

	private AuditLogBuilder builder(Durability durability) {
		return OfflineAuditLog.builder(this.file, AuditVectors.bundle()).durability(durability).maxSize(10);
	}

	private OfflineAuditLog open(Durability durability) {
		return builder(durability).open();
	}

	private static boolean isCreation(DiskOperation operation, Path file) {
		return operation instanceof DiskOperation.Create creation
				&& creation.path().toString().equals(file.getFileName().toString());
	}

	private static void append(OfflineAuditLog log) {
		log.append("tool:x", AuditVectors.ownGrant(), "success", null);
	}

	private static List<Long> sequences(OfflineAuditLog log) {
		try (Stream<SignedAuditEntry> entries = log.read(1)) {
			return entries.map(SignedAuditEntry::seq).toList();
		}
	}

}
