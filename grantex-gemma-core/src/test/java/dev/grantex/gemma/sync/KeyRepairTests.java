package dev.grantex.gemma.sync;

import java.io.IOException;
import java.time.Duration;

import dev.grantex.simulator.Faults;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Getting back a key that the service takes, after the answer to a refresh was lost.
 */
class KeyRepairTests extends ChainFixture {

	@ParameterizedTest
	@EnumSource
	void refusedSignatureIsMadeGoodInTheSameCycle(Whose whose) {
		SyncDevice device = chainDevice();
		String bundleId = fill(device, whose, 3);
		this.client.refresh(bundleId);
		SyncResult result = device.sync();
		assertThat(result.isSuccessful()).isTrue();
		assertThat(result.accepted()).isEqualTo(3);
		assertThat(result.refreshed()).isEqualTo(whose == Whose.CURRENT);
		assertThat(hashesAtService(bundleId)).hasSize(3);
		assertThat(device.device().repository().loadRetired()).isEmpty();
	}

	@Test
	void chainOfALostKeyVerifiesAfterwards() {
		SyncDevice device = chainDevice();
		fill(device, Whose.CURRENT, 3);
		this.client.refresh(bundleId(device));
		device.sync();
		device.device().calls(2);
		assertThat(device.restart().device().verifyChain().valid()).isTrue();
		assertThat(device.sync().accepted()).isEqualTo(2);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void uploadIsTriedBeforeALostAnswerIsMadeGood() {
		SyncDevice device = chainDevice();
		device.device().calls(1);
		device.device().consent().auditKey().begin();
		SyncResult result = device.sync();
		assertThat(result.isSuccessful()).isTrue();
		assertThat(this.simulator.requests(Route.REFRESH)).isEmpty();
		assertThat(state(device).refreshPending()).isFalse();
	}

	@Test
	void refreshStaysPendingUntilTheServiceAcceptsSomething() {
		SyncDevice device = chainDevice();
		leaveShare(device.device().bundle(), 0.15);
		assertThat(device.sync().refreshed()).isTrue();
		assertThat(state(device).refreshPending()).isTrue();
		device.device().calls(1);
		device.sync();
		assertThat(state(device).refreshPending()).isFalse();
		assertThat(device.restart().device().bundle().state().refreshPending()).isFalse();
	}

	@Test
	void threeLostAnswersADayAreEnoughEvenOverARestart() {
		SyncDevice device = chainDevice();
		device.device().calls(1);
		this.client.refresh(bundleId(device));
		this.simulator.faults().loseAnswer(Route.REFRESH, Faults.ALWAYS);
		for (int i = 0; i < 5; i++) {
			device.sync();
			device.restart();
		}
		assertThat(this.simulator.requests(Route.REFRESH)).hasSize(4);
		assertThat(device.device().denial()).isNull();
		this.simulator.faults().clear();
		assertThat(device.sync().problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.REJECTED);
		this.clock.advance(Duration.ofHours(25));
		assertThat(device.sync().accepted()).isEqualTo(1);
	}

	@Test
	void refreshThatIsDueAndPendingCountsAsARepair() {
		SyncDevice device = chainDevice();
		leaveShare(device.device().bundle(), 0.19);
		this.simulator.faults().loseAnswer(Route.REFRESH, Faults.ALWAYS);
		for (int i = 0; i < 6; i++) {
			device.sync();
		}
		assertThat(this.simulator.requests(Route.REFRESH)).hasSize(4);
		leaveShare(device.device().bundle(), 0.09);
		device.sync();
		device.sync();
		assertThat(this.simulator.requests(Route.REFRESH)).hasSize(6);
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403, 404, 409, 429 })
	void refreshThatWasCertainlyNotMadeIsNotPending(int status) {
		SyncDevice device = chainDevice();
		leaveShare(device.device().bundle(), 0.15);
		this.simulator.faults().respond(Route.REFRESH, status, "{\"code\":\"BUNDLE_INACTIVE\"}", 1);
		device.sync();
		assertThat(state(device).refreshPending()).isFalse();
		assertThat(device.restart().device().bundle().state().refreshPending()).isFalse();
	}

	@Test
	void refreshThatMayHaveBeenMadeStaysPending() {
		SyncDevice device = chainDevice();
		leaveShare(device.device().bundle(), 0.15);
		this.simulator.faults().respond(Route.REFRESH, 502, "", 1);
		device.sync();
		assertThat(state(device).refreshPending()).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void keyThatWasLostBeforeTheBundleEndedStrandsItsChain(Whose whose) {
		SyncDevice device = chainDevice();
		String bundleId = fill(device, whose, 3);
		ConsentBundle bundle = device.device().bundle();
		this.client.refresh(bundleId);
		this.clock.set(bundle.offlineExpiresAt().plusSeconds(3600));
		device.sync();
		assertThat(device.events(ChainStranded.class))
			.containsExactly(stranded(bundleId, StrandingReason.KEY_LOST, 1L));
		assertThat(hashesAtService(bundleId)).isEmpty();
	}

	@Test
	void keyThatWasLostBeforeARevocationStrandsTheChainToo() {
		SyncDevice device = chainDevice();
		String bundleId = fill(device, Whose.CURRENT, 3);
		this.client.refresh(bundleId);
		this.simulator.revokeBundle(bundleId, true);
		assertThat(device.sync().revoked()).isTrue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.device().consent().status().stranding().reason()).isEqualTo(StrandingReason.KEY_LOST);
		this.simulator.clearRequests();
		device.sync();
		assertThat(batches()).isEmpty();
	}

	@Test
	void revokedGrantOfAReplacedBundleIsNotTheCurrentOnes() {
		SyncDevice device = chainDevice();
		String former = fill(device, Whose.RETIRED, 3);
		this.client.refresh(former);
		this.simulator.revokeBundle(former, true);
		assertThat(device.sync().revoked()).isFalse();
		assertThat(device.device().denial()).isNull();
		device.sync();
		assertThat(archived(device)).singleElement()
			.satisfies((facts) -> assertThat(facts.get("reason").stringValue()).isEqualTo("key_lost"));
	}

	@Test
	void bundleThatIsInactiveForAMomentIsTriedAgain() {
		SyncDevice device = chainDevice();
		device.device().calls(1);
		this.client.refresh(bundleId(device));
		this.simulator.faults().respond(Route.REFRESH, 409, "{\"code\":\"BUNDLE_INACTIVE\",\"message\":\"no\"}", 1);
		assertThat(device.sync().problems()).extracting(SyncProblem::code).containsExactly("bundle_inactive");
		assertThat(device.device().denial()).isNull();
		assertThat(device.sync().accepted()).isEqualTo(1);
	}

	@Test
	void newKeyOfAReplacedBundleOutlivesARestart() throws IOException {
		SyncDevice device = chainDevice();
		String former = fill(device, Whose.RETIRED, 3);
		this.client.refresh(former);
		this.simulator.faults().loseAnswer(Route.SYNC, 1);
		this.simulator.faults()
			.respondWhen(Route.SYNC, sends(former, 1), 400, rejected("INVALID_AUDIT_ENTRIES", 1, "INVALID_SIGNATURE"),
					1);
		device.sync();
		device.restart();
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(former)).hasSize(3);
		assertThat(this.simulator.requests(Route.REFRESH)).hasSize(2);
	}

	private static BundleState state(SyncDevice device) {
		return device.device().bundle().state();
	}

}
