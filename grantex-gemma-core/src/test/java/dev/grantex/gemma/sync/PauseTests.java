package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.TestClock;
import dev.grantex.gemma.sync.SyncProblem.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Pauses that the service asks for: each for the limit that asked, and for that alone.
 */
class PauseTests extends SyncFixture {

	@Test
	void pauseOfUploadsLeavesStatusAndRefreshAlone() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		leaveShare(device.device().bundle(), 0.05);
		limit(Route.SYNC, 42);
		device.sync();
		this.simulator.clearRequests();
		SyncResult within = device.sync();
		assertThat(routes()).containsExactly(Route.STATUS);
		assertThat(limited(within)).containsExactly(SyncStep.UPLOAD);
		assertThat(within.problems().get(0).retryAfter()).hasSeconds(42);
		this.simulator.revokeBundle(bundleId(device), true);
		assertThat(device.sync().revoked()).isTrue();
	}

	@Test
	void pauseIsNoProblemOfACycleThatHasNothingToUpload() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		limit(Route.SYNC, 42);
		device.sync();
		device.device().consent().log().orElseThrow().markSynchronized(1);
		assertThat(device.sync().isSuccessful()).isTrue();
	}

	@Test
	void pauseOfUploadsHoldsForAllChains() {
		SyncDevice device = syncDevice();
		String former = bundleId(device);
		device.device().calls(1);
		device.device().consent().replace(issue(), this.request);
		limit(Route.SYNC, 42);
		device.sync();
		this.simulator.clearRequests();
		SyncResult within = device.sync();
		assertThat(this.simulator.requests(Route.SYNC)).isEmpty();
		assertThat(within.problems()).extracting(SyncProblem::formerBundleId).containsExactly(former);
		device.device().calls(1);
		assertThat(limited(device.sync())).containsExactly(SyncStep.UPLOAD, SyncStep.UPLOAD);
		this.clock.advance(Duration.ofSeconds(42));
		assertThat(device.sync().accepted()).isEqualTo(2);
	}

	@Test
	void pauseOfRefreshesHoldsForNewBundlesToo() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		leaveShare(device.device().bundle(), 0.1);
		limit(Route.REFRESH, 3600);
		assertThat(limited(device.sync())).containsExactly(SyncStep.REFRESH);
		assertThat(device.device().bundle().state().refreshPending()).isFalse();
		device.device().calls(1);
		this.simulator.clearRequests();
		SyncResult within = device.sync();
		assertThat(within.accepted()).isEqualTo(1);
		assertThat(limited(within)).containsExactly(SyncStep.REFRESH);
		assertThat(device.device().bundle().state().refreshPending()).isFalse();
		this.clock.set(device.device().bundle().offlineExpiresAt().minusMillis(1));
		limit(Route.REFRESH, 3600);
		device.sync();
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(limited(device.sync())).containsExactly(SyncStep.ISSUE);
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(value = Route.class, names = { "STATUS", "GET" })
	void pauseOfLookUpsLeavesUploadAndRefreshAlone(Route route) {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		leaveShare(device.device().bundle(), 0.1);
		limit(route, 42);
		SyncResult first = device.sync();
		assertThat(limited(first)).containsExactly(SyncStep.STATUS);
		assertThat(first.accepted()).isEqualTo(1);
		assertThat(first.refreshed()).isTrue();
		this.simulator.clearRequests();
		device.device().calls(1);
		SyncResult within = device.sync();
		assertThat(limited(within)).containsExactly(SyncStep.STATUS);
		assertThat(within.accepted()).isEqualTo(1);
		assertThat(routes()).containsExactly(Route.SYNC);
	}

	@Test
	void pauseOfLookUpsKeepsANewBundleAway() {
		SyncDevice device = emptySyncDevice();
		limit(Route.LIST, 42);
		device.sync();
		this.simulator.clearRequests();
		SyncResult within = device.synchronizer().issue();
		assertThat(limited(within)).containsExactly(SyncStep.ISSUE);
		assertThat(this.simulator.requests()).isEmpty();
		this.clock.advance(Duration.ofSeconds(42));
		assertThat(device.sync().issued()).isTrue();
	}

	@Test
	void asksNothingWhileEverythingIsPausedAndDoesWhatItDoesOnTheDevice() {
		SyncDevice device = paused();
		device.device().repository().failSaves(1);
		this.simulator.clearRequests();
		SyncResult result = device.sync();
		assertThat(this.simulator.requests()).isEmpty();
		assertThat(limited(result)).contains(SyncStep.STATUS, SyncStep.UPLOAD, SyncStep.REFRESH);
		assertThat(result.problems()).extracting(SyncProblem::kind).containsOnly(Kind.RATE_LIMITED);
		assertThat(result.unsynchronized()).isEqualTo(1);
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void restartForgetsPauses() {
		SyncDevice device = paused();
		this.simulator.clearRequests();
		SyncResult result = device.restart().sync();
		assertThat(result.isSuccessful()).isTrue();
		assertThat(result.refreshed()).isTrue();
		assertThat(result.accepted()).isEqualTo(1);
	}

	@Test
	void pauseOfAChainThatIsRepairedIsThatOfTheRefresh() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		this.client.refresh(bundleId(device));
		limit(Route.REFRESH, 42);
		SyncResult first = device.sync();
		assertThat(limited(first)).containsExactly(SyncStep.UPLOAD);
		assertThat(device.device().bundle().state().keyRepairs()).hasSize(1);
		device.sync();
		assertThat(device.device().bundle().state().keyRepairs()).hasSize(1);
		this.clock.advance(Duration.ofSeconds(42));
		assertThat(device.sync().accepted()).isEqualTo(1);
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void revokedConsentWhoseUploadsArePausedKeepsItsKey() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		this.simulator.revokeBundle(bundleId(device), true);
		limit(Route.SYNC, 42);
		device.sync();
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.device().bundle().offlineAuditKey().privateKey()).isNotNull();
		this.clock.advance(Duration.ofSeconds(42));
		device.sync();
		assertThat(device.device().bundle().offlineAuditKey().privateKey()).isNull();
		assertThat(hashesAtService(bundleId(device))).hasSize(1);
	}

	@Test
	void pauseEndsWhenItEndsAndIsAnHourAtMost() {
		Pauses pauses = new Pauses(this.clock);
		pauses.begin(Pauses.Limit.UPLOADS, Duration.ofDays(1));
		pauses.begin(Pauses.Limit.LOOK_UPS, Duration.ZERO);
		assertThat(pauses.untilNextEnd()).contains(Duration.ofSeconds(1));
		this.clock.advance(Duration.ofSeconds(1));
		assertThatNoException().isThrownBy(() -> pauses.require(Pauses.Limit.LOOK_UPS));
		assertThat(pauses.untilNextEnd()).contains(Duration.ofSeconds(3599));
		this.clock.advance(Duration.ofMillis(3_598_999));
		assertThatExceptionOfType(CallPausedException.class).isThrownBy(() -> pauses.require(Pauses.Limit.UPLOADS))
			.satisfies((paused) -> assertThat(paused.left()).hasMillis(1));
		this.clock.advance(Duration.ofMillis(1));
		assertThatNoException().isThrownBy(() -> pauses.require(Pauses.Limit.UPLOADS));
		assertThat(pauses.untilNextEnd()).isEmpty();
	}

	@Test
	void clockThatIsSetBackMakesNoPauseLongerThanWasAsked() {
		Pauses pauses = new Pauses(this.clock);
		pauses.begin(Pauses.Limit.UPLOADS, Duration.ofSeconds(42));
		this.clock.set(TestClock.START.minus(Duration.ofDays(20_000)));
		assertThat(pauses.untilNextEnd()).contains(Duration.ofSeconds(42));
		this.clock.advance(Duration.ofSeconds(42));
		assertThat(pauses.untilNextEnd()).isEmpty();
	}

	/**
	 * A device with something to upload and a bundle to refresh, all of whose limits have
	 * asked to wait.
	 */
	private SyncDevice paused() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		leaveShare(device.device().bundle(), 0.05);
		limit(Route.STATUS, 42);
		limit(Route.SYNC, 42);
		limit(Route.REFRESH, 42);
		assertThat(limited(device.sync())).containsExactly(SyncStep.STATUS, SyncStep.UPLOAD, SyncStep.REFRESH);
		return device;
	}

	private void limit(Route route, int seconds) {
		this.simulator.faults().respond(route, 429, "{}", Map.of("retry-after", Integer.toString(seconds)), 1);
	}

	private static List<SyncStep> limited(SyncResult result) {
		return result.problems()
			.stream()
			.filter((problem) -> problem.kind() == Kind.RATE_LIMITED)
			.map(SyncProblem::step)
			.toList();
	}

}
