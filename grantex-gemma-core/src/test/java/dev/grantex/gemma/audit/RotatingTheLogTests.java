package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the size of files at which {@link OfflineAuditLog} begins another.
 */
class RotatingTheLogTests extends AuditLogFixture {

	@Test
	void rotatesBySizeWithoutBreakingTheChain() throws IOException {
		try (OfflineAuditLog log = rotating(1500)) {
			append(log, 7);
			log.markSynchronized(3);
		}
		assertThat(names()).contains("audit.jsonl", "audit-" + GRANT + "-000000000001.jsonl",
				"audit-" + GRANT + "-000000000003.jsonl", "audit-" + GRANT + "-000000000005.jsonl");
		assertThat(Files.size(this.file)).isLessThanOrEqualTo(1500);
		try (OfflineAuditLog log = rotating(1500)) {
			assertThat(log.synchronizedThrough()).isEqualTo(3);
			assertThat(log.unsynchronized()).isEqualTo(4);
			append(log, 3);
			assertThat(HashChain.verify(log.lines(), this.publicKey))
				.isEqualTo(new ChainVerification(true, -1, null, 10, List.of()));
		}
	}

	@Test
	void anEntryLargerThanAFileHasOneOfItsOwn() {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 3);
			assertThat(sequences(log, 1)).containsExactly(1L, 2L, 3L);
		}
		assertThat(names()).filteredOn((name) -> name.endsWith(".jsonl")).hasSize(3);
	}

	@Test
	void refusesAFullFileWhenItMayNotRotate() {
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.maxSize(1500)
			.rotateOnSize(false)
			.open()) {
			append(log, 2);
			refused(() -> append(log, 1), AuditLogException.LOG_FULL);
			refused(log::checkWritable, AuditLogException.LOG_FULL);
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_FULL);
			assertThat(sequences(log, 1)).containsExactly(1L, 2L);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "audit.jsonl", "audit-" + GRANT + "-000000000001.jsonl",
			"audit-" + GRANT + "-000000000002.jsonl" })
	void aFileThatIsMissingIsNoticedWhenOpening(String name) throws IOException {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 3);
		}
		Files.delete(this.directory.resolve(name));
		refused(this::open, AuditLogException.LOG_MISSING);
	}

	@Test
	void aMissingFileThatTheServiceHasIsReportedAndTheLogGoesOn() throws IOException {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 4);
			log.markSynchronized(3);
		}
		Files.delete(this.directory.resolve("audit-" + GRANT + "-000000000002.jsonl"));
		try (OfflineAuditLog log = open()) {
			assertThat(log.damages()).containsExactly(new LogDamage(2, true));
			append(log, 1);
			assertThat(sequences(log, 4)).containsExactly(4L, 5L);
		}
	}

}
