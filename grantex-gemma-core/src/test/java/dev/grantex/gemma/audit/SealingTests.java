package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.audit.store.file.FilesInside;
import dev.grantex.gemma.audit.store.file.LogEnd;
import dev.grantex.gemma.audit.store.file.SealFile;
import dev.grantex.gemma.audit.store.file.SealRecord;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/**
 * When the seal of an open log is written.
 */
class SealingTests {

	private static final Duration NEVER = Duration.ofDays(1);

	private final ConsentBundle bundle = AuditVectors.bundle();

	private RecordingFileSystem disk;

	private Path file;

	private Path seal;

	@BeforeEach
	void nameTheFile(@TempDir Path directory) throws IOException {
		this.disk = RecordingFileSystem.over(directory);
		this.file = this.disk.root().resolve("audit.jsonl");
		this.seal = directory.resolve("audit.seal");
	}

	@Test
	void isThereBeforeTheFirstEntry() {
		try (OfflineAuditLog log = open(NEVER)) {
			assertThat(statement().end()).isEqualTo(LogEnd.EMPTY);
			assertThat(statement().checkpoint().closed()).isFalse();
			assertThat(log.headSequence()).isZero();
		}
	}

	@Test
	void followsTheLogWithinASecond() {
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, this.bundle)) {
			append(log, 1);
			append(log, 1);
			await().until(() -> statement().end().head().sequence() == 2);
			assertThat(statement().end().head().hash()).isEqualTo(log.headHash());
		}
	}

	@Test
	void coversOnlyWhatWasForced() throws IOException {
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.durability(Durability.OS)
			.sealPace(NEVER)
			.open()) {
			append(log, 5);
			this.disk.faults().failForces();
			assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> log.sealed().markRevoked());
			assertThat(statement().end().head().sequence()).isLessThan(5);
			this.disk.faults().clear();
			log.checkWritable();
			log.sealed().markRevoked();
			assertThat(statement().end().head().sequence()).isEqualTo(5);
		}
	}

	@Test
	void isWrittenWhenAFileIsFullWhenTheServiceHasMoreAndWhenTheLogIsClosed() {
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.maxSize(2000)
			.sealPace(NEVER)
			.open()) {
			append(log, 10);
			assertThat(statement().end().segment()).isGreaterThan(1);
			log.markSynchronized(7);
			assertThat(statement().synchronizedThrough()).isEqualTo(7);
			assertThat(statement().end().head().sequence()).isEqualTo(10);
			assertThat(statement().checkpoint().closed()).isFalse();
		}
		assertThat(statement().checkpoint().closed()).isTrue();
	}

	@Test
	void isNotWrittenWhileNothingChanges() {
		try (OfflineAuditLog log = open(Duration.ZERO)) {
			append(log, 1);
			await().until(() -> statement().end().head().sequence() == 1);
			SealRecord before = statement();
			log.sealed().markRefreshPending(false);
			log.markSynchronized(0);
			log.checkWritable();
			log.read(1).close();
			assertThat(statement()).isEqualTo(before);
		}
	}

	@Test
	void whatItRemembersOutlivesARestart() {
		try (OfflineAuditLog log = open(NEVER)) {
			append(log, 3);
			log.markSynchronized(2);
			log.sealed().markRefreshPending(true);
			log.sealed().markRevoked();
			log.sealed().clockFloor().set(this.bundle.checkpointAt().plusSeconds(77));
		}
		try (OfflineAuditLog log = open(NEVER)) {
			assertThat(log.synchronizedThrough()).isEqualTo(2);
			assertThat(log.sealed().isRefreshPending()).isTrue();
			assertThat(log.sealed().isRevoked()).isTrue();
			assertThat(log.sealed().clockFloor().instant()).isEqualTo(this.bundle.checkpointAt().plusSeconds(77));
		}
	}

	@Test
	void thatItCannotBeWrittenDeniesUntilItCan() {
		try (OfflineAuditLog log = open(Duration.ZERO)) {
			append(log, 1);
			await().until(() -> statement().end().head().sequence() == 1);
			this.disk.faults().before((operation) -> {
				if (operation.toString().contains("length=" + SealFile.SLOT_SIZE)) {
					throw new IOException("Input/output error");
				}
			});
			append(log, 1);
			await().until(() -> log.failure() != null);
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_UNWRITABLE);
			assertThatExceptionOfType(AuditLogException.class).isThrownBy(log::checkWritable);
			this.disk.faults().clear();
			// The log tries itself all the time, and who comes meanwhile is refused.
			await().untilAsserted(() -> assertThatNoException().isThrownBy(log::checkWritable));
			assertThat(log.failure()).isNull();
			assertThat(statement().end().head().sequence()).isEqualTo(2);
		}
	}

	@Test
	void nothingIsWrittenAfterTheLogWasClosed() throws IOException {
		OfflineAuditLog log = open(Duration.ZERO);
		append(log, 1);
		SealedState sealed = log.sealed();
		log.close();
		byte[] before = Files.readAllBytes(this.seal);
		sealed.clockFloor().set(this.bundle.checkpointAt().plusSeconds(500));
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(sealed::markRevoked)
			.returns(AuditLogException.LOG_CLOSED, AuditLogException::reason);
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> log.markSynchronized(1))
			.returns(AuditLogException.LOG_CLOSED, AuditLogException::reason);
		assertThat(Files.readAllBytes(this.seal)).isEqualTo(before);
	}

	private OfflineAuditLog open(Duration pace) {
		return OfflineAuditLog.builder(this.file, this.bundle).sealPace(pace).open();
	}

	private static void append(OfflineAuditLog log, int count) {
		for (int i = 0; i < count; i++) {
			log.append("tool:x", AuditVectors.ownGrant(), "success", Map.of("method", "A.b"));
		}
	}

	private SealRecord statement() {
		return FilesInside.statement(this.seal);
	}

}
