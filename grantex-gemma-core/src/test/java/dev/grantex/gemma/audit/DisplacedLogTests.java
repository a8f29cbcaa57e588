package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;

import dev.grantex.gemma.audit.store.file.FilesInside;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for another file, mostly an older copy, in the place of the log that is open.
 */
@ExtendWith(OutputCaptureExtension.class)
class DisplacedLogTests extends StoredLogFixture {

	@ParameterizedTest
	@EnumSource(Durability.class)
	void anOlderCopyIsNeverTakenForTheLog(Durability durability) throws IOException {
		try (OfflineAuditLog log = create(durability)) {
			appendAcknowledged(log, 3);
			Path older = copy();
			appendAcknowledged(log, 2);
			log.read(1).close();
			Files.move(older, this.file, StandardCopyOption.ATOMIC_MOVE);
			byte[] before = Files.readAllBytes(this.file);
			for (int i = 0; i < 3; i++) {
				verifyQuietly(log);
			}
			refused(() -> append(log, 1), AuditLogException.LOG_MISSING);
			assertThat(log.fault()).returns(true, AuditLogException::isDisplaced);
			this.acknowledgements.assertKeptBy(log);
			assertThat(sequences(log, 1)).containsExactly(1L, 2L, 3L, 4L, 5L);
			assertThat(log.damages()).isEmpty();
			assertThat(this.file).hasBinaryContent(before);
			Files.move(this.file, older);
			log.checkWritable();
			appendAcknowledged(log, 1);
			assertThat(log.fault()).isNull();
		}
		assertReopens();
	}

	@Test
	void whatOnlyTheOpenFileHeldIsSavedAtTheCloseAndCanBePutBack(CapturedOutput output) throws IOException {
		builder().begin();
		try (OfflineAuditLog log = builder().sealPace(Duration.ofDays(1)).open()) {
			appendAcknowledged(log, 3);
			Path older = copy();
			appendAcknowledged(log, 2);
			Files.move(older, this.file, StandardCopyOption.ATOMIC_MOVE);
		}
		Path saved = this.directory.resolve("audit.jsonl.open-1");
		assertThat(Files.readAllLines(this.file)).hasSize(3);
		assertThat(Files.readAllLines(saved)).hasSize(5);
		assertThat(FilesInside.lengthBeside(this.file)).isEqualTo(Files.size(saved));
		refused(this::open, AuditLogException.LOG_TRUNCATED);
		refused(this::open, AuditLogException.LOG_TRUNCATED);
		assertThat(output.getOut()).containsOnlyOnce("There is audit.jsonl.open-1");
		Files.move(saved, this.file, StandardCopyOption.ATOMIC_MOVE);
		assertReopens();
	}

	@Test
	void whatADamagedLogHeldIsWrittenAgainAtTheCloseIfNothingLiesInItsPlace() throws IOException {
		builder().begin();
		Path link = this.directory.resolve("link");
		try (OfflineAuditLog log = open()) {
			appendAcknowledged(log, 3);
			Files.createLink(link, this.file);
			Files.move(Files.createFile(this.directory.resolve("foreign")), this.file, StandardCopyOption.ATOMIC_MOVE);
			refused(() -> append(log, 1), AuditLogException.LOG_MISSING);
			try (FileChannel open = FileChannel.open(link, StandardOpenOption.WRITE)) {
				open.write(ByteBuffer.wrap(new byte[] { ' ' }), 20);
			}
			Files.delete(link);
			assertThat(log.confirmDamage(1)).isTrue();
			Files.delete(this.file);
		}
		assertThat(Files.readAllLines(this.file)).hasSize(3);
	}

	@Test
	void aSealThatIsRemovedIsWrittenAgainWithAWarning(CapturedOutput output) throws IOException {
		builder().begin();
		try (OfflineAuditLog log = open()) {
			appendAcknowledged(log, 2);
			Path seal = this.directory.resolve("audit.seal");
			Files.delete(seal);
			log.markSynchronized(2);
			assertThat(seal).exists();
		}
		assertThat(output.getOut()).containsOnlyOnce("seal was removed while the log was open");
		assertReopens();
	}

	@Test
	void aFileThatComesIntoThePlaceOfTheNextOneDeniesUntilItIsMovedAway() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		Path real = this.file;
		this.file = disk.root().resolve("audit.jsonl");
		builder().begin();
		try (OfflineAuditLog log = builder().maxSize(1_000).open()) {
			appendAcknowledged(log, 1);
			disk.faults().beforeOpening((opened) -> {
				if (opened.equals(real) && !Files.exists(real)) {
					write(real, "somebody else's\n");
				}
			});
			refused(() -> appendAcknowledged(log, 5), AuditLogException.LOG_MISSING);
			disk.faults().clear();
			refused(log::checkWritable, AuditLogException.LOG_MISSING);
			refused(() -> append(log, 1), AuditLogException.LOG_MISSING);
			assertThat(real).hasContent("somebody else's\n");
			Files.delete(real);
			log.checkWritable();
			appendAcknowledged(log, 3);
			this.acknowledgements.assertKeptBy(log);
		}
		assertReopens();
	}

	@Test
	void nothingIsSavedWhereNothingIsInTheWay() throws IOException {
		try (OfflineAuditLog log = create(Durability.FSYNC)) {
			appendAcknowledged(log, 1);
			Files.delete(this.file);
		}
		assertThat(names()).noneMatch((name) -> name.contains("open"));
		assertReopens();
	}

	@Test
	void aKillWhileItLiesThereGivesNoSequenceNumberOutAgain() throws IOException {
		builder().begin();
		try (OfflineAuditLog log = builder().sealPace(Duration.ofMillis(1)).open()) {
			appendAcknowledged(log, 3);
			Path older = copy();
			appendAcknowledged(log, 2);
			Files.move(older, this.file, StandardCopyOption.ATOMIC_MOVE);
			refused(() -> append(log, 1), AuditLogException.LOG_MISSING);
			log.forgetReplaced(List.of());
			log.sealed().markRefreshPending(true);
			assertRefusedAfterAKill();
		}
	}

	@Test
	void aFileThatComesBackAfterItWasWrittenAgainIsTold() throws IOException {
		builder().begin();
		try (OfflineAuditLog log = builder().sealPace(Duration.ofDays(1)).open()) {
			appendAcknowledged(log, 3);
			Path away = this.directory.resolve("away");
			Files.move(this.file, away);
			appendAcknowledged(log, 1);
			Files.move(away, this.file, StandardCopyOption.ATOMIC_MOVE);
			assertRefusedAfterAKill();
			refused(() -> append(log, 1), AuditLogException.LOG_MISSING);
			Files.delete(this.file);
			log.checkWritable();
		}
		assertReopens();
	}

	@Test
	void aDirectoryThatIsReplacedByALinkIsNotTakenForTheLogsOwn() throws IOException {
		Path own = Files.createDirectory(this.directory.resolve("own"));
		Path other = this.directory.resolve("other");
		this.file = own.resolve("audit.jsonl");
		try (OfflineAuditLog log = create(Durability.FSYNC)) {
			appendAcknowledged(log, 3);
			FileSystemUtils.copyRecursively(own, other);
			appendAcknowledged(log, 2);
			Path moved = Files.move(own, this.directory.resolve("moved"));
			Files.createSymbolicLink(own, other);
			refused(() -> append(log, 1), AuditLogException.LOG_MISSING);
			assertThat(Files.readAllLines(other.resolve("audit.jsonl"))).hasSize(3);
			Files.delete(own);
			Files.move(moved, own);
			appendAcknowledged(log, 1);
			this.acknowledgements.assertKeptBy(log);
		}
		assertReopens();
	}

	@Test
	void whatIsBeingReadStaysWhatItWas() throws IOException {
		builder().begin();
		try (OfflineAuditLog log = builder().maxSize(2_000).open()) {
			appendAcknowledged(log, 3);
			Path older = copy();
			appendAcknowledged(log, 1);
			try (Stream<SignedAuditEntry> entries = log.read(1)) {
				Iterator<SignedAuditEntry> all = entries.iterator();
				all.next();
				Files.move(older, this.file, StandardCopyOption.ATOMIC_MOVE);
				assertThat(all.next().seq()).isEqualTo(2);
				Files.delete(this.file);
				assertThat(all.next().seq()).isEqualTo(3);
				appendAcknowledged(log, 6);
				assertThat(all.next().seq()).isEqualTo(4);
				assertThat(all.hasNext()).isFalse();
			}
			assertThat(log.damages()).isEmpty();
			this.acknowledgements.assertKeptBy(log);
		}
	}

	private void assertRefusedAfterAKill() throws IOException {
		Path killed = this.directory.resolveSibling(this.directory.getFileName() + "-killed");
		try {
			FileSystemUtils.copyRecursively(this.directory, killed);
			refused(() -> OfflineAuditLog.builder(killed.resolve("audit.jsonl"), storedBundle()).open(),
					AuditLogException.LOG_TRUNCATED);
		}
		finally {
			FileSystemUtils.deleteRecursively(killed);
		}
	}

	private Path copy() throws IOException {
		return Files.copy(this.file, this.directory.resolve("older"), StandardCopyOption.COPY_ATTRIBUTES);
	}

	private void verifyQuietly(OfflineAuditLog log) {
		try {
			assertThat(log.verify(ChainVerifier.fromStart(List.of(this.publicKey))).valid()).isTrue();
		}
		catch (AuditLogException ex) {
			assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_MISSING);
		}
	}

	private void assertReopens() {
		try (OfflineAuditLog log = open()) {
			this.acknowledgements.assertKeptBy(log);
			appendAcknowledged(log, 1);
		}
	}

}
