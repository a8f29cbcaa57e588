package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for keys that change, are erased or cannot be used.
 */
class ChangingTheKeyTests extends AuditLogFixture {

	@Test
	void readsWithAnErasedKeyButCannotAppend() {
		try (OfflineAuditLog log = open()) {
			append(log, 1);
		}
		ConsentBundle erased = AuditVectors.withKey(this.bundle, new OfflineAuditKey(this.publicKey, null, "Ed25519"));
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, erased).openRetired()) {
			SignedAuditEntry entry = log.read(1).findFirst().orElseThrow();
			refused(() -> log.append("a", this.grant, "success", null), AuditLogException.KEY_UNUSABLE);
			refused(() -> log.resign(entry), AuditLogException.KEY_UNUSABLE);
			refused(log::checkWritable, AuditLogException.KEY_UNUSABLE);
		}
	}

	@Test
	void refusesAKeyThatIsUnreadableOrDoesNotBelongToThePublicOne() {
		OfflineAuditKey other = AuditVectors.key("audit-py-key.json");
		for (String privateKey : List.of("", "secret", String.valueOf(other.privateKey()))) {
			ConsentBundle broken = AuditVectors.withKey(this.bundle,
					new OfflineAuditKey(this.publicKey, privateKey, "Ed25519"));
			assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> OfflineAuditLog.open(this.file, broken))
				.returns(AuditLogException.KEY_UNUSABLE, AuditLogException::reason)
				.withMessageNotContaining("secret");
		}
		assertThatNoException().isThrownBy(() -> open().close());
	}

	@Test
	void aRotatedKeySignsLaterEntriesAndUploads() throws IOException {
		OfflineAuditKey next = AuditVectors.key("audit-py-key.json");
		try (OfflineAuditLog log = open()) {
			append(log, 2);
			assertThat(log.refresh(TestBundles.refreshed(next))).isEqualTo(3);
			append(log, 2);
			SignedAuditEntry first = log.read(1).findFirst().orElseThrow();
			SignedAuditEntry resigned = log.resign(first);
			assertThat(resigned).isEqualTo(first.withSignature(resigned.signature()));
			assertThat(HashChain.verify(Stream.of(resigned.toJson()), next.publicKey()).valid()).isTrue();
		}
		assertVerifies(this.file, 4, this.publicKey, next.publicKey());
		assertThat(HashChain.verify(Files.lines(this.file), this.publicKey).brokenAt()).isEqualTo(2);
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, AuditVectors.withKey(this.bundle, next))) {
			assertThat(log.headSequence()).isEqualTo(4);
		}
	}

	@Test
	void onlyTheHeadMustBeSignedWithAKeyThatIsKnownWhenOpening() {
		OfflineAuditKey next = AuditVectors.key("audit-py-key.json");
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 2);
			log.refresh(TestBundles.refreshed(next));
			append(log, 1);
		}
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, AuditVectors.withKey(this.bundle, next))) {
			assertThat(log.headSequence()).isEqualTo(3);
		}
	}

	@Test
	void aTailSignedWithAnEarlierKeyNeedsThatKey() {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		ConsentBundle refreshed = AuditVectors.withKey(this.bundle, AuditVectors.key("audit-py-key.json"));
		refused(() -> OfflineAuditLog.open(this.file, refreshed), AuditLogException.BUNDLE_OUTDATED);
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, refreshed)
			.publicKeys(List.of(this.publicKey))
			.open()) {
			assertThat(log.headSequence()).isEqualTo(2);
		}
	}

}
