package dev.grantex.gemma.consent;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.grantex.simulator.Agent;
import dev.grantex.simulator.Customer;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.TokenExpiredException;
import dev.grantex.gemma.audit.AuditLogBuilder;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.JwksSnapshot;
import dev.grantex.gemma.grant.OfflineVerifier;
import dev.grantex.gemma.grant.VerifiedGrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Whether calls may run under a stored bundle, and under none.
 */
class DeviceConsentTests extends ServiceFixture {

	@Test
	void deniesBeforeItIsOpened() {
		Device device = closeAfterTest(new Device(this.directory, this.clock, this.request));
		assertThat(device.denial()).isEqualTo(DenialReason.NOT_RUNNING);
	}

	@Test
	void deniesWithoutBundle() {
		Device device = emptyDevice();
		assertThat(device.denial()).isEqualTo(DenialReason.NO_BUNDLE);
		assertThat(device.consent().bundle()).isEmpty();
		assertThat(device.consent().verifier()).isEmpty();
	}

	@Test
	void denialWithoutBundleCannotBeRecorded() {
		CallDecision decision = emptyDevice().consent().decide();
		assertThat(decision.isRecordable()).isFalse();
		assertThatIllegalStateException().isThrownBy(decision::grant);
		assertThatExceptionOfType(OfflineVerificationException.class).isThrownBy(() -> decision.verify("token"));
	}

	@Test
	void permitsUnderIssuedBundle() {
		Device device = device();
		SignedAuditEntry entry = device.call("tool:read");
		assertThat(entry.seq()).isEqualTo(1);
		assertThat(device.consent().status().denial()).isNull();
		assertThat(device.consent().status().audit().unsynchronized()).isEqualTo(1);
	}

	@Test
	void permitsAfterRestartWithoutNetwork() {
		Device device = device();
		device.call("tool:first");
		this.simulator.faults().unreachable();
		device.restart();
		assertThat(device.call("tool:second").seq()).isEqualTo(2);
		assertThat(device.verifyChain().valid()).isTrue();
	}

	@Test
	void asksNobodyWhileItDecides() {
		Device device = device();
		this.simulator.clearRequests();
		device.restart();
		device.call("tool:read");
		assertThat(this.simulator.requests()).isEmpty();
	}

	@Test
	void permitsUntilTheBundleEnds() {
		Device device = device();
		this.clock.set(device.bundle().offlineExpiresAt().minusMillis(1));
		assertThat(device.denial()).isNull();
	}

	@Test
	void deniesFromTheMomentTheBundleEnds() {
		Device device = device();
		this.clock.set(device.bundle().offlineExpiresAt());
		assertThat(device.denial()).isEqualTo(DenialReason.EXPIRED);
		assertThatExceptionOfType(TokenExpiredException.class).isThrownBy(() -> device.call("tool:read"));
		assertThat(device.consent().verifier()).isEmpty();
	}

	@Test
	void expiredBundleStillRecordsDenials() {
		Device device = device();
		this.clock.advance(Duration.ofDays(4));
		device.restart();
		try (CallDecision decision = device.consent().decide()) {
			assertThat(decision.denial()).isEqualTo(DenialReason.EXPIRED);
			assertThat(decision.isRecordable()).isTrue();
			decision.recordDenial("tool:read", decision.grant(), Map.of("reason", "expired"), Map.of());
		}
		assertThat(device.verifyChain().entries()).isEqualTo(1);
	}

	@Test
	void deniesWhenTheSnapshotEndsBeforeTheBundle() {
		Device device = emptyDevice();
		device.consent().replace(withSnapshotUntil(issue(), TestClock.START.plusSeconds(3600)), this.request);
		this.clock.advance(Duration.ofMinutes(59));
		assertThat(device.denial()).isNull();
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(device.denial()).isEqualTo(DenialReason.SNAPSHOT_EXPIRED);
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> device.call("tool:read"))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("snapshot_expired"));
	}

	@Test
	void deniesAfterClose() {
		Device device = device();
		device.close();
		assertThat(device.denial()).isEqualTo(DenialReason.NOT_RUNNING);
		assertThat(device.consent().log()).isEmpty();
	}

	@Test
	void closingTwiceAndOpeningTwiceDoesNothingMore() {
		Device device = device();
		device.consent().open();
		assertThat(device.denial()).isNull();
		device.close();
		device.close();
		device.consent().open();
		assertThat(device.call("tool:again").seq()).isEqualTo(1);
	}

	@Test
	void callUnderWayIsRecordedAfterClose() {
		Device device = device();
		CallDecision decision = device.consent().decide();
		device.close();
		assertThat(decision.recordOutcome("tool:late", decision.grant(), "success", Map.of()).seq()).isEqualTo(1);
		decision.close();
		device.restart();
		assertThat(device.log().headSequence()).isEqualTo(1);
	}

	@Test
	void closingADecisionTwiceReleasesTheChainOnce() {
		Device device = device();
		CallDecision first = device.consent().decide();
		first.close();
		first.close();
		assertThat(device.call("tool:read").seq()).isEqualTo(1);
	}

	@Test
	void verifiesTokensOfTheOwnCustomer() {
		Device device = device();
		String token = this.simulator.customer().mintToken(this.agent, "user_2", "read:sensor");
		try (CallDecision decision = device.consent().decide()) {
			VerifiedGrant grant = decision.verify(token);
			assertThat(grant.principalDid()).isEqualTo("user_2");
		}
	}

	@Test
	void refusesTokensOfAnotherCustomerOfTheSameService() {
		Device device = device();
		Customer stranger = this.simulator.createCustomer("stranger");
		Agent agent = stranger.registerAgent("agent", "read:sensor", "move:actuator", "alert");
		String token = stranger.mintToken(agent, "user_1", "read:sensor", "move:actuator", "alert");
		try (CallDecision decision = device.consent().decide()) {
			assertThatExceptionOfType(OfflineVerificationException.class).isThrownBy(() -> decision.verify(token))
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(token));
		}
	}

	@Test
	void requiredScopeThatWasNotGrantedDeniesEveryCall() {
		DeviceConsent strict = closeAfterTest(
				DeviceConsent.builder(emptyDevice().repository(), (bundle) -> fail(bundle))
					.verifiers((bundle) -> OfflineVerifier.builder(bundle).requireScopes("alert"))
					.clock(this.clock)
					.build());
		ConsentBundle bundle = issue();
		strict.open();
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(() -> strict.replace(bundle, this.request));
		assertThat(strict.status().denial()).isEqualTo(DenialReason.NO_BUNDLE);
	}

	@Test
	void everyDenialHasAMessageThatShowsNothing() {
		assertThat(List.of(DenialReason.values())).allSatisfy((reason) -> {
			assertThat(reason.message()).startsWith(reason.summary() + ". ")
				.containsPattern("tell the user|ask the user|Try again in")
				.endsWith(".")
				.doesNotContain("grantex.gemma", "/", "..");
			assertThat(reason.remedy()).isNotBlank();
			assertThat(reason.code()).matches("[a-z_]+");
		});
	}

	private static AuditLogBuilder fail(ConsentBundle bundle) {
		throw new AssertionError("A bundle that does not verify opens no log");
	}

	static ConsentBundle withSnapshotUntil(ConsentBundle bundle, Instant validUntil) {
		JwksSnapshot snapshot = new JwksSnapshot(bundle.jwksSnapshot().keys(), bundle.jwksSnapshot().fetchedAt(),
				validUntil);
		return new ConsentBundle(bundle.bundleId(), bundle.grantToken(), snapshot, bundle.offlineAuditKey(),
				bundle.checkpointAt(), bundle.syncEndpoint(), bundle.offlineExpiresAt());
	}

}
