package dev.grantex.gemma.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.audit.store.file.FilesInside;
import dev.grantex.gemma.audit.verifier.VerifierCommand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for two processes that want to write the same log.
 */
class TwoProcessesTests extends StoredLogFixture {

	@Test
	void theSecondIsRefusedAtOnceAndDisturbsNothing() throws Exception {
		try (OfflineAuditLog log = create(Durability.FSYNC);
				ChildLog first = ChildLog.start(this.acknowledgements);
				ChildLog second = ChildLog.start(this.acknowledgements)) {
			append(log, 2);
			for (ChildLog child : new ChildLog[] { first, second, first }) {
				assertThat(child.open(this.file, Durability.FSYNC)).isEqualTo("refused log_locked");
				refused(this::open, AuditLogException.LOG_LOCKED);
			}
			append(log, 1);
			second.kill();
			refused(this::open, AuditLogException.LOG_LOCKED);
			assertThat(first.open(this.file, Durability.FSYNC)).isEqualTo("refused log_locked");
			log.close();
			assertThat(first.open(this.file, Durability.FSYNC)).isEqualTo("opened 3");
			refused(this::open, AuditLogException.LOG_LOCKED);
			assertThat(first.append(1, 1)).isEqualTo("appended 4");
			assertThat(first.ask("close")).isEqualTo("closed");
		}
		assertVerifies(this.file, 4, this.publicKey);
	}

	@ParameterizedTest
	@EnumSource(Durability.class)
	void aKilledOneLeavesNoLock(Durability durability) throws Exception {
		try (ChildLog child = ChildLog.start(this.acknowledgements)) {
			child.create(this.file, durability);
			child.append(1, 5);
			refused(this::open, AuditLogException.LOG_LOCKED);
			child.kill();
		}
		try (OfflineAuditLog log = open()) {
			this.acknowledgements.assertKeptBy(log);
			append(log, 1);
			assertThat(log.headSequence()).isEqualTo(6);
		}
	}

	@Test
	void whoeverDeletesTheLockFilesCannotOpenTheLogAllTheSame() throws Exception {
		try (OfflineAuditLog log = create(Durability.FSYNC); ChildLog child = ChildLog.start(this.acknowledgements)) {
			appendAcknowledged(log, 1);
			assertRefused(child, log);
			log.verify(ChainVerifier.fromStart(List.of(this.publicKey)));
			sequences(log, 1);
			examine();
			refused(this::open, AuditLogException.LOG_LOCKED);
			assertRefused(child, log);
			Files.delete(this.file);
			appendAcknowledged(log, 1);
			assertRefused(child, log);
			log.close();
			assertThat(child.open(this.file, Durability.FSYNC)).isEqualTo("opened " + this.acknowledgements.last());
			assertThat(child.ask("close")).isEqualTo("closed");
		}
		this.acknowledgements.assertKeptOnDisk(this.file);
		assertThat(names()).noneMatch((name) -> name.contains("torn"));
	}

	@ParameterizedTest
	@EnumSource(Durability.class)
	void whoeverDeletesTheLockFilesAfterARotationCannotOpenTheLogEither(Durability durability) throws Exception {
		builder().begin();
		try (OfflineAuditLog log = builder().durability(durability).maxSize(700).open();
				ChildLog child = ChildLog.start(this.acknowledgements)) {
			appendAcknowledged(log, 3);
			assertThat(names()).filteredOn((name) -> name.endsWith(".jsonl")).hasSizeGreaterThan(1);
			deleteLocks();
			assertThat(child.open(this.file, Durability.FSYNC, 700)).isEqualTo("refused log_locked");
			log.retire();
			deleteLocks();
			assertThat(child.ask(ChildLog.opening("retired", this.file, Durability.FSYNC, 700)))
				.isEqualTo("refused log_locked");
		}
	}

	@Test
	void lockFilesThatAreGoneAreMadeAgain() throws Exception {
		try (OfflineAuditLog log = create(Durability.FSYNC); ChildLog child = ChildLog.start(this.acknowledgements)) {
			appendAcknowledged(log, 1);
			List<String> before = names();
			deleteLocks();
			appendAcknowledged(log, 1);
			assertThat(names()).isEqualTo(before);
			assertThat(child.open(this.file, Durability.FSYNC)).isEqualTo("refused log_locked");
		}
	}

	@ParameterizedTest
	@EnumSource(Durability.class)
	void aLockFileThatAnotherProcessHoldsDeniesUntilItIsLetGo(Durability durability) throws Exception {
		builder().begin();
		try (OfflineAuditLog log = builder().durability(durability).sealPace(Duration.ofDays(1)).open();
				ChildLog child = ChildLog.start(this.acknowledgements)) {
			appendAcknowledged(log, 2);
			deleteLocks();
			assertThat(child.ask("lock " + this.file + ".lock")).isEqualTo("locked true");
			refused(() -> forceOf(log, durability), AuditLogException.LOG_LOCKED);
			refused(log::checkWritable, AuditLogException.LOG_LOCKED);
			child.kill();
			log.checkWritable();
			appendAcknowledged(log, 1);
			this.acknowledgements.assertKeptBy(log);
		}
		this.acknowledgements.assertKeptOnDisk(this.file);
	}

	@Test
	void aLockThatWasLostUnnoticedIsTakenAgainBeforeTheNextAcknowledgement() throws Exception {
		try (OfflineAuditLog log = create(Durability.FSYNC); ChildLog child = ChildLog.start(this.acknowledgements)) {
			for (int i = 0; i < 3; i++) {
				appendAcknowledged(log, 1);
				Files.readAllBytes(this.file);
				appendAcknowledged(log, 1);
				assertRefused(child, log);
			}
		}
	}

	@Test
	void whoeverTookTheLogAfterItsLockWasLostIsNotWrittenOver() throws Exception {
		try (OfflineAuditLog log = create(Durability.FSYNC); ChildLog child = ChildLog.start(this.acknowledgements)) {
			appendAcknowledged(log, 1);
			Files.readAllBytes(this.file);
			deleteLocks();
			assertThat(child.open(this.file, Durability.FSYNC)).isEqualTo("opened 1");
			refused(() -> append(log, 1), AuditLogException.LOG_LOCKED);
			assertThat(child.append(1, 2)).isEqualTo("appended 3");
			refused(() -> append(log, 1), AuditLogException.LOG_LOCKED);
			assertThat(child.ask("close")).isEqualTo("closed");
			refused(() -> append(log, 1), AuditLogException.LOG_CORRUPTED);
		}
		try (OfflineAuditLog log = open()) {
			this.acknowledgements.assertKeptBy(log);
			appendAcknowledged(log, 1);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	void whoeverTookTheLogAfterAllLocksWereLostIsNotWrittenOver(int appended) throws Exception {
		try (OfflineAuditLog log = create(Durability.FSYNC); ChildLog child = ChildLog.start(this.acknowledgements)) {
			appendAcknowledged(log, 1);
			for (String name : names()) {
				Files.readAllBytes(this.directory.resolve(name));
			}
			assertThat(child.open(this.file, Durability.FSYNC)).isEqualTo("opened 1");
			child.append(1, appended);
			refused(() -> append(log, 1), AuditLogException.LOG_LOCKED);
			assertThat(child.append(1, 2)).isEqualTo("appended " + (3 + appended));
			assertThat(child.ask("close")).isEqualTo("closed");
			refused(() -> append(log, 1), AuditLogException.LOG_CORRUPTED);
		}
		this.acknowledgements.assertKeptOnDisk(this.file);
	}

	@Test
	void aFileThatSomebodyTookBeforeItWasWrittenToIsNotLockedHereForEver() throws Exception {
		create(Durability.FSYNC).close();
		try (ChildLog child = ChildLog.start(this.acknowledgements);
				FilesInside.Locks locks = FilesInside.locks(this.file, GRANT)) {
			Files.readAllBytes(this.file);
			assertThat(child.ask("lock " + this.file)).isEqualTo("locked true");
			assertThatExceptionOfType(StoreException.class).isThrownBy(() -> locks.take(this.file))
				.returns(Fault.IN_USE_ELSEWHERE, StoreException::fault);
			child.kill();
		}
		open().close();
	}

	private void assertRefused(ChildLog child, OfflineAuditLog log) throws Exception {
		deleteLocks();
		assertThat(child.open(this.file, Durability.FSYNC)).isEqualTo("refused log_locked");
		appendAcknowledged(log, 1);
		this.acknowledgements.assertKeptBy(log);
	}

	private void examine() throws IOException {
		Path key = this.directory.resolve("key.pem");
		Files.writeString(key, this.publicKey);
		ByteArrayOutputStream report = new ByteArrayOutputStream();
		VerifierCommand verifier = new VerifierCommand(Clock.systemUTC(), Map.of(), report, report);
		assertThat(verifier.run(List.of("--public-key", key.toString(), this.file.toString()))).as(report.toString())
			.isZero();
	}

	private void deleteLocks() throws IOException {
		for (String name : names()) {
			if (name.endsWith(".lock")) {
				Files.delete(this.directory.resolve(name));
			}
		}
	}

	private void forceOf(OfflineAuditLog log, Durability durability) {
		if (durability == Durability.FSYNC) {
			append(log, 1);
		}
		else {
			log.read(1).close();
		}
	}

}
