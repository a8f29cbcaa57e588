package dev.grantex.gemma.audit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.bundle.OfflineAuditKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what the current key may sign: only what one of the chain's keys has signed.
 */
class ResigningTests {

	private OfflineAuditLog log;

	private SignedAuditEntry genuine;

	@BeforeEach
	void append(@TempDir Path directory) {
		this.log = OfflineAuditLog.open(directory.resolve("audit.jsonl"), AuditVectors.bundle());
		this.genuine = this.log.append("door:open", AuditVectors.ownGrant(), "success", Map.of("door", "front"));
	}

	@AfterEach
	void close() {
		this.log.close();
	}

	@Test
	void signsAgainWhatAnEarlierKeyHasSigned() {
		OfflineAuditKey next = AuditVectors.key("audit-py-key.json");
		this.log.refresh(TestBundles.refreshed(next));
		SignedAuditEntry resigned = this.log.resign(this.genuine);
		assertThat(HashChain.verify(List.of(resigned.toJson()).stream(), next.publicKey()).valid()).isTrue();
	}

	@Test
	void doesNotSignAFieldThatWasChanged() {
		assertRefused(changed("lamp:on", this.genuine.hash()));
	}

	@Test
	void doesNotSignAnEntryThatWasRewrittenWithItsHash() {
		assertRefused(changed("lamp:on", HashChain.computeHash(changed("lamp:on", ""))));
	}

	@Test
	void doesNotSignUnderTheSignatureOfAnotherEntry() {
		SignedAuditEntry next = this.log.append("lamp:on", AuditVectors.ownGrant(), "success", null);
		assertRefused(this.genuine.withSignature(next.signature()));
	}

	private SignedAuditEntry changed(String action, String hash) {
		return new SignedAuditEntry(this.genuine.seq(), this.genuine.timestamp(), action, this.genuine.agentDid(),
				this.genuine.grantId(), this.genuine.scopes(), this.genuine.result(), this.genuine.metadata(),
				this.genuine.prevHash(), hash, this.genuine.signature());
	}

	private void assertRefused(SignedAuditEntry entry) {
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> this.log.resign(entry))
			.returns(AuditLogException.LOG_CORRUPTED, AuditLogException::reason);
	}

}
