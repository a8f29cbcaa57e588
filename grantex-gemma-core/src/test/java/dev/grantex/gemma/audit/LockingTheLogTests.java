package dev.grantex.gemma.audit;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for who may have a log open, and until when.
 */
class LockingTheLogTests extends AuditLogFixture {

	@Test
	void onlyOneLogCanBeOpen() {
		try (OfflineAuditLog log = open()) {
			refused(this::open, AuditLogException.LOG_LOCKED);
			refused(() -> OfflineAuditLog.open(this.file, TestBundles.forGrant("b2", "grnt_2")),
					AuditLogException.LOG_LOCKED);
			append(log, 1);
		}
		assertThatNoException().isThrownBy(() -> open().close());
	}

	@Test
	void aClosedLogRefusesEverything() {
		OfflineAuditLog log = open();
		append(log, 1);
		Stream<SignedAuditEntry> before = log.read(1);
		log.close();
		log.close();
		refused(() -> append(log, 1), AuditLogException.LOG_CLOSED);
		refused(() -> log.read(1), AuditLogException.LOG_CLOSED);
		refused(before::toList, AuditLogException.LOG_CLOSED);
		refused(log::checkWritable, AuditLogException.LOG_CLOSED);
		refused(log::retire, AuditLogException.LOG_CLOSED);
		assertThat(log.failure()).isEqualTo(AuditLogException.LOG_CLOSED);
		assertThat(log.headSequence()).isEqualTo(1);
	}

}
