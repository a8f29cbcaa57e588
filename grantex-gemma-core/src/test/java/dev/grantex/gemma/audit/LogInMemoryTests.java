package dev.grantex.gemma.audit;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.store.AuditStore;
import dev.grantex.gemma.audit.store.memory.MemoryStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A log whose chain rests in memory.
 */
class LogInMemoryTests extends AuditLogFixture {

	private final AuditStore store = new MemoryStore();

	@Test
	void isAppendedToAndReadAndVerifiedAsAnyOther() {
		try (OfflineAuditLog log = inMemory()) {
			append(log, 2);
			SignedAuditEntry intent = log.appendIntent("tool:3", this.grant, null);
			log.appendOutcome("tool:3", this.grant, "success", null, intent);
			log.appendDenial("tool:4", this.grant, Map.of("reason", "revoked"), Map.of());
			assertThat(sequences(log, 2)).containsExactly(2L, 3L, 4L, 5L);
			assertThat(HashChain.verify(log.lines(), this.publicKey).valid()).isTrue();
			assertThat(log.verify(log.verifier(List.of(this.publicKey))).entries()).isEqualTo(5);
			log.markSynchronized(3);
			assertThat(log.unsynchronized()).isEqualTo(2);
		}
		assertThat(names()).isEmpty();
	}

	@Test
	void goesOnWhereItEnded() {
		try (OfflineAuditLog log = inMemory()) {
			append(log, 1);
			log.appendIntent("tool:running", this.grant, null);
		}
		try (OfflineAuditLog log = inMemory()) {
			assertThat(log.unfinished()).containsExactly(2L);
			append(log, 1);
			assertThat(log.verify(log.verifier(List.of(this.publicKey)))).satisfies(ChainVerification::requireValid);
			assertThat(log.headSequence()).isEqualTo(3);
		}
	}

	@Test
	void isReadAsFarAsItCanBeProven() {
		try (OfflineAuditLog log = inMemory()) {
			append(log, 3);
		}
		AuditLogBuilder builder = OfflineAuditLog.builder(this.file, this.bundle).store(this.store);
		try (ProvablePrefix prefix = builder.openProvable()) {
			assertThat(prefix.read(1)).hasSize(3);
		}
		assertThat(builder.archive().lastSequence()).isEqualTo(3);
	}

	private OfflineAuditLog inMemory() {
		return OfflineAuditLog.builder(this.file, this.bundle).store(this.store).open();
	}

}
