package dev.grantex.gemma.audit;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a log whose seal cannot be signed any more although it should be.
 */
class UnsealableLogTests extends RetentionFixture {

	@Test
	void thatSomethingCannotBeSealedIsAFaultOfTheLog() {
		ConsentBundle stored = StoredLogFixture.storedBundle();
		builder(stored).begin();
		try (OfflineAuditLog log = builder(stored).open()) {
			append(log, 1);
		}
		ConsentBundle erased = AuditVectors.withKey(stored, new OfflineAuditKey(this.publicKey, null, "Ed25519"));
		try (OfflineAuditLog log = builder(erased).open()) {
			refused(log.sealed()::markRevoked, AuditLogException.KEY_UNUSABLE);
			assertThat(log.sealed().isRevoked()).isFalse();
			assertThat(log.failure()).isEqualTo(AuditLogException.KEY_UNUSABLE);
		}
	}

}
