package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.bundle.OfflineAuditKey;
import dev.grantex.gemma.disk.DiskFaults;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Named.named;

/**
 * Tests for disks that fail and files that change while a log is open.
 */
class FailingDiskTests extends AuditLogFixture {

	@Test
	void noticesATailThatIsCutWhileTheLogIsOpen() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 3);
			List<String> lines = Files.readAllLines(this.file);
			Files.writeString(this.file, lines.get(0) + "\n", StandardOpenOption.TRUNCATE_EXISTING);
			assertThat(log.verify(ChainVerifier.fromStart(List.of(this.publicKey))).reason())
				.isEqualTo(ChainFault.TRUNCATED);
			refused(() -> append(log, 1), AuditLogException.LOG_CORRUPTED);
			refused(() -> append(log, 1), AuditLogException.LOG_CORRUPTED);
			assertThat(Files.readAllLines(this.file)).hasSize(1);
		}
	}

	@Test
	void neverContinuesAfterBytesOfSomebodyElse() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 1);
			Files.writeString(this.file, "intruder\n", StandardOpenOption.APPEND);
			refused(() -> append(log, 1), AuditLogException.LOG_CORRUPTED);
			refused(log::checkWritable, AuditLogException.LOG_CORRUPTED);
			assertThat(Files.readString(this.file)).endsWith("intruder\n");
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 100 })
	void aFailedWriteIsNotAcknowledgedAndTheLogGoesOnOnceItCan(long room) throws IOException {
		DiskFaults faults = putLogOnAFaultyDisk();
		try (OfflineAuditLog log = open()) {
			append(log, 2);
			faults.full(room);
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_UNWRITABLE);
			assertThat(log.headSequence()).isEqualTo(2);
			faults.readOnly();
			refused(log::checkWritable, AuditLogException.LOG_UNWRITABLE);
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			faults.clear();
			assertThatNoException().isThrownBy(log::checkWritable);
			assertThat(log.failure()).isNull();
			assertThat(sequences(log, 1)).containsExactly(1L, 2L);
			assertThat(Files.readAllLines(this.file)).hasSize(2);
			append(log, 2);
		}
		assertVerifies(this.file, 4, this.publicKey);
	}

	@Test
	void noCallIsAllowedAsLongAsTheNextFileCannotBeBegun() throws IOException {
		DiskFaults faults = putLogOnAFaultyDisk();
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 1);
			faults.beforeOpening((file) -> {
				if (file.endsWith("audit.jsonl")) {
					throw new IOException("Too many open files");
				}
			});
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			refused(log::checkWritable, AuditLogException.LOG_UNWRITABLE);
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_UNWRITABLE);
			faults.clear();
			log.checkWritable();
			append(log, 1);
			assertThat(sequences(log, 1)).containsExactly(1L, 2L);
		}
	}

	@Test
	void aFailedForceIsNotAcknowledged() throws IOException {
		DiskFaults faults = putLogOnAFaultyDisk();
		List<Long> heard = new ArrayList<>();
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.listener((entry) -> heard.add(entry.seq()))
			.open()) {
			append(log, 1);
			faults.failForces();
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			faults.clear();
			append(log, 1);
		}
		assertThat(heard).containsExactly(1L, 2L);
		assertVerifies(this.file, 2, this.publicKey);
	}

	@ParameterizedTest
	@MethodSource("faults")
	void anOutcomeThatCannotBeWrittenIsKeptAndWrittenFirst(Consumer<DiskFaults> fault) throws IOException {
		DiskFaults faults = putLogOnAFaultyDisk();
		try (OfflineAuditLog log = open()) {
			log.checkWritable();
			fault.accept(faults);
			refused(() -> log.appendOutcome("tool:ran", this.grant, "success", null, null),
					AuditLogException.LOG_UNWRITABLE);
			refused(log::checkWritable, AuditLogException.LOG_UNWRITABLE);
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_UNWRITABLE);
			faults.clear();
			assertThatNoException().isThrownBy(log::checkWritable);
			append(log, 1);
			assertThat(log.read(1)).extracting(SignedAuditEntry::action).containsExactly("tool:ran", "tool:2");
		}
		assertVerifies(this.file, 2, this.publicKey);
	}

	static Stream<Named<Consumer<DiskFaults>>> faults() {
		return Stream.of(named("full", (disk) -> disk.full(100)), named("failing to force", DiskFaults::failForces),
				named("read-only", DiskFaults::readOnly));
	}

	@Test
	void goesOnAfterAFailureUnderARotatedKey() throws IOException {
		DiskFaults faults = putLogOnAFaultyDisk();
		OfflineAuditKey next = AuditVectors.key("audit-py-key.json");
		try (OfflineAuditLog log = open()) {
			append(log, 1);
			log.refresh(TestBundles.refreshed(next));
			append(log, 1);
			faults.full(5);
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			faults.clear();
			append(log, 1);
		}
		assertVerifies(this.file, 3, this.publicKey, next.publicKey());
	}

	@Test
	void nothingCanBeReadThatCouldNotBeForced() throws IOException {
		DiskFaults faults = putLogOnAFaultyDisk();
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.durability(Durability.OS)
			.sealPace(Duration.ofDays(1))
			.open()) {
			append(log, 2);
			faults.failForces();
			refused(() -> log.read(1), AuditLogException.LOG_UNWRITABLE);
			refused(() -> log.read(1), AuditLogException.LOG_UNWRITABLE);
			faults.clear();
			assertThat(sequences(log, 1)).containsExactly(1L, 2L);
		}
	}

	private DiskFaults putLogOnAFaultyDisk() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		return disk.faults();
	}

}
