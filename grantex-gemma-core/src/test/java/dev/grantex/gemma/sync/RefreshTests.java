package dev.grantex.gemma.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.JwksSnapshot;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When bundles are refreshed, and what happens when that goes wrong.
 */
class RefreshTests extends SyncFixture {

	@Test
	void stepsComeInTheirOrder() {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		leaveShare(device.device().bundle(), 0.19);
		SyncResult result = device.sync();
		assertThat(routes()).containsExactly(Route.STATUS, Route.GET, Route.SYNC, Route.REFRESH);
		assertThat(result.refreshed()).isTrue();
		assertThat(result.isSuccessful()).isTrue();
	}

	@Test
	void refreshedBundleLivesLonger() {
		SyncDevice device = syncDevice();
		Instant before = device.device().bundle().offlineExpiresAt();
		leaveShare(device.device().bundle(), 0.1);
		device.sync();
		Instant after = device.device().bundle().offlineExpiresAt();
		assertThat(after).isAfter(before);
		assertThat(device.events(BundleRefreshed.class)).containsExactly(new BundleRefreshed(bundleId(device), after));
		this.clock.set(before.plusSeconds(60));
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void doesNotRefreshAboveTheThreshold() {
		SyncDevice device = syncDevice();
		leaveShare(device.device().bundle(), 0.21);
		assertThat(device.sync().refreshed()).isFalse();
		assertThat(this.simulator.requests(Route.REFRESH)).isEmpty();
	}

	@Test
	void waitsForTheUploadAboveHalfTheThreshold() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		leaveShare(device.device().bundle(), 0.15);
		this.simulator.faults().respond(Route.SYNC, 503, "{}", 1);
		assertThat(device.sync().refreshed()).isFalse();
		assertThat(device.sync().refreshed()).isTrue();
	}

	@Test
	void doesNotWaitForTheUploadBelowHalfTheThreshold() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		leaveShare(device.device().bundle(), 0.09);
		this.simulator.faults().respond(Route.SYNC, 503, "{}", 1);
		assertThat(device.sync().refreshed()).isTrue();
		assertThat(device.sync().accepted()).isEqualTo(1);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void refreshesWhenTheKeysAreOutOfDate() {
		SyncDevice device = emptySyncDevice();
		ConsentBundle issued = issue();
		JwksSnapshot brief = new JwksSnapshot(issued.jwksSnapshot().keys(), issued.jwksSnapshot().fetchedAt(),
				issued.checkpointAt().plusSeconds(60));
		device.device()
			.consent()
			.replace(new ConsentBundle(issued.bundleId(), issued.grantToken(), brief, issued.offlineAuditKey(),
					issued.checkpointAt(), issued.syncEndpoint(), issued.offlineExpiresAt()), this.request);
		this.clock.advance(Duration.ofMinutes(2));
		assertThat(device.device().denial()).isEqualTo(DenialReason.SNAPSHOT_EXPIRED);
		assertThat(device.sync().refreshed()).isTrue();
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void lostAnswerIsRememberedAndMadeGood() {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		leaveShare(device.device().bundle(), 0.09);
		this.simulator.faults().respond(Route.SYNC, 503, "{}", 1);
		this.simulator.faults().loseAnswer(Route.REFRESH, 1);
		SyncResult lost = device.sync();
		assertThat(lost.refreshed()).isFalse();
		assertThat(device.device().bundle().state().refreshPending()).isTrue();
		device.device().calls(1);
		SyncResult next = device.sync();
		assertThat(next.isSuccessful()).isTrue();
		assertThat(next.refreshed()).isTrue();
		assertThat(next.accepted()).isEqualTo(3);
		assertThat(device.device().bundle().state().refreshPending()).isFalse();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
		assertThat(device.device().verifyChain().valid()).isTrue();
	}

	@Test
	void lostAnswerIsRememberedOverARestart() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		leaveShare(device.device().bundle(), 0.09);
		this.simulator.faults().respond(Route.SYNC, 503, "{}", 1);
		this.simulator.faults().loseAnswer(Route.REFRESH, 1);
		device.sync();
		device.restart();
		device.device().calls(1);
		SyncResult next = device.sync();
		assertThat(next.isSuccessful()).isTrue();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
		device.restart();
		assertThat(device.device().verifyChain().valid()).isTrue();
	}

	@Test
	void refreshBegunInVainIsTriedOncePerCycle() {
		SyncDevice device = syncDevice();
		leaveShare(device.device().bundle(), 0.1);
		this.simulator.faults().respond(Route.REFRESH, 503, "{}", 2);
		device.sync();
		this.simulator.clearRequests();
		device.sync();
		assertThat(this.simulator.requests(Route.REFRESH)).hasSize(1);
	}

	@Test
	void refreshThatCannotBeNotedIsNotBegun() {
		SyncDevice device = syncDevice();
		leaveShare(device.device().bundle(), 0.1);
		device.device().repository().failSaves(1);
		SyncResult result = device.sync();
		assertThat(result.problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.LOCAL);
			assertThat(problem.code()).isEqualTo("file_unavailable");
		});
		assertThat(this.simulator.requests(Route.REFRESH)).isEmpty();
		assertThat(device.sync().refreshed()).isTrue();
	}

	@Test
	void refreshedBundleThatCannotBeStoredIsStoredLater() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		device.sync();
		leaveShare(device.device().bundle(), 0.09);
		device.device().consent().auditKey().begin();
		device.device().repository().failSaves(1);
		assertThat(device.sync().refreshed()).isFalse();
		device.device().calls(1);
		SyncResult next = device.sync();
		assertThat(next.refreshed()).isTrue();
		assertThat(this.simulator.requests(Route.REFRESH)).hasSize(1);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void callsGoOnWhileTheServiceRefreshes() throws Exception {
		SyncDevice device = syncDevice();
		leaveShare(device.device().bundle(), 0.1);
		var pause = this.simulator.faults().pauseAfterCommit(Route.REFRESH);
		var cycle = new FutureTask<>(device::sync);
		new Thread(cycle).start();
		assertThat(pause.awaitReached(Duration.ofSeconds(60))).isTrue();
		device.device().calls(3);
		pause.release();
		assertThat(cycle.get(60, TimeUnit.SECONDS).refreshed()).isTrue();
		device.device().calls(2);
		assertThat(device.sync().accepted()).isEqualTo(5);
		assertThat(device.device().verifyChain().valid()).isTrue();
	}

	@Test
	void doesNotRefreshABundleThatIsNotConfigured() {
		SyncDevice device = syncDevice().autoIssue(false);
		leaveShare(device.device().bundle(), 0.1);
		device.device().request(request(List.of("alert")));
		device.restart();
		device.sync();
		assertThat(this.simulator.requests(Route.REFRESH)).isEmpty();
	}

	@Test
	void judgesByTheServicesTimeWhenTheDevicesClockIsBehind() {
		SyncDevice device = syncDevice();
		leaveShare(device.device().bundle(), 0.1);
		Duration behind = Duration.between(TestClock.START, this.clock.instant());
		this.clock.set(TestClock.START);
		this.simulator.clock().advance(behind);
		assertThat(device.sync().refreshed()).isTrue();
	}

	@Test
	void judgesByTheServicesTimeWhenTheDevicesClockIsAhead() {
		SyncDevice device = syncDevice();
		this.clock.advance(Duration.ofHours(70));
		this.simulator.clock().advance(Duration.ofHours(-70));
		SyncResult result = device.sync();
		assertThat(result.refreshed()).isFalse();
		assertThat(routes()).containsExactly(Route.STATUS, Route.GET);
	}

}
