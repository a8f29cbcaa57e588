package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.file.FileUnavailableException;
import dev.grantex.gemma.bundle.OfflineAuditKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * New bundles in place of old ones, and refreshed ones.
 */
class BundleReplacementTests extends ServiceFixture {

	@Test
	void newBundleBeginsAChainOfItsOwn() {
		Device device = device();
		device.calls(3);
		device.consent().replace(issue(), this.request);
		assertThat(device.call("tool:new").seq()).isEqualTo(1);
		assertThat(device.verifyChain().valid()).isTrue();
	}

	@Test
	void formerBundleIsKeptWithItsChain() {
		Device device = device();
		ConsentBundle former = device.bundle();
		device.calls(3);
		device.consent().replace(issue(), this.request);
		assertThat(device.repository().loadRetired()).extracting(ConsentBundle::bundleId)
			.containsExactly(former.bundleId());
		assertThat(isRecordingOn(device, former.bundleId())).isFalse();
		try (OfflineAuditLog log = device.openRetired(former)) {
			assertThat(log.headSequence()).isEqualTo(3);
		}
	}

	@Test
	void callUnderWayIsRecordedOnTheChainThatPermittedIt() {
		Device device = device();
		ConsentBundle former = device.bundle();
		CallDecision decision = device.consent().decide();
		device.consent().replace(issue(), this.request);
		assertThat(isRecordingOn(device, former.bundleId())).isTrue();
		decision.recordOutcome("tool:late", decision.grant(), "success", Map.of());
		assertThat(device.log().headSequence()).isZero();
		decision.close();
		assertThat(isRecordingOn(device, former.bundleId())).isFalse();
		try (OfflineAuditLog log = device.openRetired(former)) {
			assertThat(log.headSequence()).isEqualTo(1);
		}
	}

	@Test
	void bothChainsAreThereAfterARestart() {
		Device device = device();
		ConsentBundle former = device.bundle();
		device.calls(2);
		device.consent().replace(issue(), this.request);
		device.calls(4);
		device.restart();
		assertThat(device.log().headSequence()).isEqualTo(4);
		try (OfflineAuditLog log = device.openRetired(former)) {
			assertThat(log.headSequence()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "all\nof\nit\n", "torn" })
	void damagedLogOfTheFormerKeepsItsName(String damage) throws IOException {
		Device device = device();
		device.calls(3);
		ConsentBundle former = device.bundle();
		String closed = "audit-" + device.consent().status().grant().grantId() + "-000000000001.jsonl";
		device.request(request(List.of("alert")));
		device.close();
		Files.writeString(device.logFile(), damage);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_TRUNCATED);
		device.consent().replace(this.client.createConsentBundle(device.request()), device.request());
		assertThat(device.call("tool:next").seq()).isEqualTo(1);
		assertThat(this.directory.resolve(closed)).hasContent(damage);
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> device.openRetired(former))
			.extracting(AuditLogException::reason)
			.isIn(AuditLogException.LOG_CORRUPTED, AuditLogException.LOG_TRUNCATED);
		assertThat(this.directory.resolve(closed)).hasContent(damage);
	}

	@Test
	void bundleThatDoesNotVerifyReplacesNothing() {
		Device device = device();
		ConsentBundle former = device.bundle();
		ConsentBundle issued = issue();
		ConsentBundle forged = withToken(issued, forged(issued.grantToken()));
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> device.consent().replace(forged, this.request));
		assertThat(device.repository().load()).contains(former);
		assertThat(device.denial()).isNull();
	}

	@Test
	void bundleWhoseKeyIsUnusableReplacesNothing() {
		Device device = device();
		ConsentBundle former = device.bundle();
		ConsentBundle issued = withKey(issue(), former.offlineAuditKey().publicKey());
		assertThatExceptionOfType(AuditLogException.class)
			.isThrownBy(() -> device.consent().replace(issued, this.request));
		assertThat(device.repository().load()).contains(former);
	}

	@Test
	void bundleThatCannotBeStoredReplacesNothing() {
		Device device = device();
		ConsentBundle former = device.bundle();
		ConsentBundle issued = issue();
		device.repository().failSaves(1);
		assertThatExceptionOfType(FileUnavailableException.class)
			.isThrownBy(() -> device.consent().replace(issued, this.request));
		assertThat(device.bundle()).isEqualTo(former);
		assertThat(device.call("tool:read").seq()).isEqualTo(1);
		device.consent().replace(issued, this.request);
		assertThat(device.bundle().bundleId()).isEqualTo(issued.bundleId());
	}

	@Test
	void nothingIsReplacedAfterTheEnd() {
		Device device = device();
		ConsentBundle former = device.bundle();
		ConsentBundle issued = issue();
		device.close();
		assertThatIllegalStateException().isThrownBy(() -> device.consent().replace(issued, this.request));
		assertThat(device.repository().load()).contains(former);
	}

	@Test
	void bundleWhoseLogCannotBeBegunReplacesNothing() {
		Device device = device();
		ConsentBundle former = device.bundle();
		ConsentBundle issued = issue();
		device.logFault(AuditLogException.LOG_UNWRITABLE);
		assertThatExceptionOfType(AuditLogException.class)
			.isThrownBy(() -> device.consent().replace(issued, this.request));
		assertThat(device.repository().load()).contains(former);
		assertThat(device.denial()).isNull();
		device.logFault(null);
		device.consent().replace(issued, this.request);
		assertThat(device.call("tool:read").seq()).isEqualTo(1);
	}

	@Test
	void refreshedBundleGoesOnWithTheChain() {
		Device device = device();
		device.calls(2);
		device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		device.calls(2);
		assertThat(device.log().headSequence()).isEqualTo(4);
		assertThat(device.bundle().state().auditKeys()).extracting((key) -> key.firstSequence())
			.containsExactly(1L, 3L);
		assertThat(device.verifyChain().valid()).isTrue();
		assertThat(device.verifyChain().entries()).isEqualTo(4);
	}

	@Test
	void refreshedChainVerifiesAfterARestart() {
		Device device = device();
		device.calls(2);
		device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		device.restart();
		device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		device.calls(1);
		device.restart();
		device.calls(1);
		assertThat(device.bundle().state().auditKeys()).hasSize(3);
		assertThat(device.verifyChain().valid()).isTrue();
	}

	@Test
	void callUnderWayIsRecordedUnderTheNewKey() {
		Device device = device();
		try (CallDecision decision = device.consent().decide()) {
			device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
			decision.recordOutcome("tool:late", decision.grant(), "success", Map.of());
		}
		assertThat(device.verifyChain().valid()).isTrue();
		assertThat(device.log().headSequence()).isEqualTo(1);
	}

	@Test
	void refreshIsOverOnceTheServiceHasAcceptedSomethingUnderTheNewKey() {
		Device device = device();
		device.consent().auditKey().begin();
		device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		assertThat(device.repository().load().orElseThrow().state().refreshPending()).isTrue();
		device.restart();
		device.consent().auditKey().confirm();
		assertThat(device.repository().load().orElseThrow().state().refreshPending()).isFalse();
		assertThat(device.log().sealed().isRefreshPending()).isFalse();
	}

	@Test
	void refreshesThatOnlyRepairTheKeyAreCountedForADay() {
		Device device = device();
		Instant first = this.clock.instant();
		device.consent().auditKey().beginRepair(first);
		device.consent().auditKey().beginRepair(first.plusSeconds(3600));
		assertThat(device.restart().bundle().state().keyRepairs()).containsExactly(first, first.plusSeconds(3600));
		Instant nextDay = first.plus(Duration.ofHours(24));
		device.consent().auditKey().beginRepair(nextDay);
		assertThat(device.bundle().state().keyRepairs()).containsExactly(first.plusSeconds(3600), nextDay);
	}

	@Test
	void beginningARefreshAgainWritesNothing() {
		Device device = device();
		device.consent().auditKey().begin();
		int saves = device.repository().saves();
		device.consent().auditKey().begin();
		assertThat(device.repository().saves()).isEqualTo(saves);
	}

	@Test
	void refreshedGrantThatDoesNotVerifyLeavesTheBundle() {
		Device device = device();
		ConsentBundle former = device.bundle();
		ConsentBundle refreshed = this.client.refresh(former.bundleId());
		assertLeaves(device, former, withToken(refreshed, forged(refreshed.grantToken())));
	}

	@Test
	void refreshedBundleWithAnotherGrantLeavesTheBundle() {
		Device device = device();
		ConsentBundle former = device.bundle();
		ConsentBundle refreshed = this.client.refresh(former.bundleId());
		assertLeaves(device, former, withToken(refreshed, issue().grantToken()));
	}

	@Test
	void refreshedBundleWithAnUnusableKeyLeavesTheBundle() {
		Device device = device();
		ConsentBundle former = device.bundle();
		ConsentBundle refreshed = this.client.refresh(former.bundleId());
		assertLeaves(device, former, withKey(refreshed, former.offlineAuditKey().publicKey()));
	}

	@Test
	void refreshedFormOfAnotherBundleIsRefused() {
		Device device = device();
		ConsentBundle other = issue();
		assertThatIllegalArgumentException().isThrownBy(() -> device.consent().auditKey().refresh(other));
	}

	@Test
	void scopesOfTheRequestAreRemembered() {
		Device device = device();
		assertThat(device.repository().load().orElseThrow().state().request().scopes())
			.isEqualTo(List.of("read:sensor", "move:actuator"));
	}

	private static boolean isRecordingOn(Device device, String bundleId) {
		return device.consent().readLeavingChain(bundleId, (log) -> {
		});
	}

	private static void assertLeaves(Device device, ConsentBundle former, ConsentBundle refreshed) {
		assertThatExceptionOfType(GrantexGemmaException.class)
			.isThrownBy(() -> device.consent().auditKey().refresh(refreshed));
		assertThat(device.repository().load()).contains(former);
		assertThat(device.call("tool:read").seq()).isEqualTo(1);
		assertThat(device.verifyChain().valid()).isTrue();
	}

	private static String forged(String token) {
		int signature = token.lastIndexOf('.') + 10;
		char other = (token.charAt(signature) == 'A') ? 'B' : 'A';
		return token.substring(0, signature) + other + token.substring(signature + 1);
	}

	private static ConsentBundle withToken(ConsentBundle bundle, String token) {
		return new ConsentBundle(bundle.bundleId(), token, bundle.jwksSnapshot(), bundle.offlineAuditKey(),
				bundle.checkpointAt(), bundle.syncEndpoint(), bundle.offlineExpiresAt());
	}

	private static ConsentBundle withKey(ConsentBundle bundle, String publicKey) {
		OfflineAuditKey key = new OfflineAuditKey(publicKey, bundle.offlineAuditKey().privateKey(), "Ed25519");
		return new ConsentBundle(bundle.bundleId(), bundle.grantToken(), bundle.jwksSnapshot(), key,
				bundle.checkpointAt(), bundle.syncEndpoint(), bundle.offlineExpiresAt());
	}

}
