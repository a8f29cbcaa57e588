package dev.grantex.gemma.audit;

import java.nio.file.Files;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

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
	void whoeverDeletesTheLockCannotMakeOneContinueTheOther() throws Exception {
		try (OfflineAuditLog log = create(Durability.FSYNC); ChildLog child = ChildLog.start(this.acknowledgements)) {
			appendAcknowledged(log, 1);
			for (String name : names()) {
				if (name.endsWith(".lock")) {
					Files.delete(this.directory.resolve(name));
				}
			}
			assertThat(child.open(this.file, Durability.FSYNC)).isEqualTo("opened 1");
			assertThat(child.append(1, 2)).isEqualTo("appended 3");
			refused(() -> append(log, 1), AuditLogException.LOG_CORRUPTED);
			log.close();
			assertThat(child.append(1, 2)).isEqualTo("appended 5");
			assertThat(child.ask("close")).isEqualTo("closed");
		}
		try (OfflineAuditLog log = open()) {
			this.acknowledgements.assertKeptBy(log);
		}
	}

}
