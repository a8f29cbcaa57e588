package dev.grantex.gemma.sync;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.disk.RecordingFileSystem;
import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a device requests a bundle.
 */
class IssueTests extends SyncFixture {

	@Test
	void issuesWhereThereIsNone() {
		SyncDevice device = emptySyncDevice();
		SyncResult result = device.sync();
		assertThat(result.issued()).isTrue();
		assertThat(device.device().denial()).isNull();
		assertThat(device.events(BundleIssued.class))
			.containsExactly(new BundleIssued(bundleId(device), device.device().bundle().offlineExpiresAt()));
	}

	@Test
	void looksForTheNewestBundleFirst() {
		SyncDevice device = emptySyncDevice();
		device.synchronizer().issue();
		assertThat(routes()).containsExactly(Route.LIST, Route.CREATE);
	}

	@Test
	void issueAloneDoesNothingElse() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		SyncResult result = device.synchronizer().issue();
		assertThat(result.issued()).isFalse();
		assertThat(this.simulator.requests()).isEmpty();
	}

	@Test
	void issuesWhenTheBundleHasEnded() {
		SyncDevice device = syncDevice();
		String former = bundleId(device);
		device.device().calls(2);
		this.clock.set(device.device().bundle().offlineExpiresAt());
		assertThat(device.sync().issued()).isTrue();
		assertThat(bundleId(device)).isNotEqualTo(former);
		assertThat(hashesAtService(former)).hasSize(2);
		assertThat(device.device().call("tool:new").seq()).isEqualTo(1);
	}

	@Test
	void issuesWhenTheBundleIsForSomethingElse() {
		SyncDevice device = syncDevice();
		device.device().request(request(List.of("alert")));
		device.restart();
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void doesNotIssueUnlessItMay() {
		SyncDevice device = emptySyncDevice().autoIssue(false);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(this.simulator.requests()).isEmpty();
		assertThat(device.device().denial()).isEqualTo(DenialReason.NO_BUNDLE);
	}

	@Test
	void doesNotIssueWhileTheStoredBundleCannotBeRead() {
		SyncDevice device = syncDevice();
		device.device().key("ff".repeat(32));
		device.restart().sync();
		assertThat(this.simulator.requests()).isEmpty();
	}

	@Test
	void doesNotIssueWhileTheLogIsDamaged() {
		SyncDevice device = syncDevice();
		device.device().logFault(AuditLogException.LOG_CORRUPTED);
		device.restart();
		this.clock.set(device.device().bundle().offlineExpiresAt().plusSeconds(1));
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	@Test
	void doesNotIssueBeforeOpeningOrAfterClosing() {
		SyncDevice device = syncDevice();
		device.device().close();
		this.clock.set(device.device().bundle().offlineExpiresAt().plusSeconds(1));
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(device.device().denial()).isEqualTo(DenialReason.NOT_RUNNING);
	}

	@Test
	void judgesByTheServicesTimeThatTheBundleHasEnded() {
		SyncDevice device = syncDevice();
		this.simulator.clock().advance(Duration.ofHours(73));
		SyncResult result = device.sync();
		assertThat(result.issued()).isTrue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		this.clock.advance(Duration.ofHours(73));
		this.simulator.clock().reset();
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void clockFarAheadAtStartIssuesNothing() {
		SyncDevice device = syncDevice();
		this.clock.advance(Duration.ofDays(3650));
		this.simulator.clock().advance(Duration.ofDays(-3650));
		device.restart();
		assertThat(device.device().denial()).isEqualTo(DenialReason.EXPIRED);
		assertThat(device.synchronizer().issue().issued()).isFalse();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		this.clock.set(TestClock.START);
		this.simulator.clock().reset();
		assertThat(device.sync().issued()).isFalse();
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void bundleThatCannotBeStoredIsNotRequestedTwice() {
		SyncDevice device = emptySyncDevice();
		device.device().repository().failSaves(2);
		assertThat(device.sync().problems()).extracting(SyncProblem::step).containsExactly(SyncStep.ISSUE);
		assertThat(device.sync().issued()).isFalse();
		assertThat(device.sync().issued()).isTrue();
		assertThat(this.simulator.requests(Route.CREATE)).hasSize(1);
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void bundleWhoseLogCannotBeBegunIsNotRequestedTwice() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		Device device = closeAfterTest(new Device(disk.root(), this.clock, this.request)).open();
		SyncDevice issuing = closeAfterTest(
				new SyncDevice(device, this.clock, this.simulator.baseUrl(), this.simulator.customer().apiKey()));
		disk.faults().readOnly();
		for (int i = 0; i < 2; i++) {
			assertThat(issuing.sync().problems()).singleElement()
				.returns(SyncStep.ISSUE, SyncProblem::step)
				.returns("log_unwritable", SyncProblem::code);
			assertThat(device.denial()).isEqualTo(DenialReason.LOG_UNWRITABLE);
		}
		disk.faults().clear();
		assertThat(issuing.sync().issued()).isTrue();
		assertThat(this.simulator.requests(Route.CREATE)).hasSize(1);
		assertThat(device.denial()).isNull();
	}

	@Test
	void bundleThatCouldNotBeStoredIsGivenUpWhenItWasRevoked() {
		SyncDevice device = emptySyncDevice();
		device.device().repository().failSaves(1);
		device.sync();
		this.simulator.revokeBundle(this.simulator.bundles().get(0).id(), true);
		assertThat(device.sync().issued()).isFalse();
		assertThat(device.device().denial()).isEqualTo(DenialReason.NO_BUNDLE);
	}

	@Test
	void lostAnswerOfARequestEndsInABundle() {
		SyncDevice device = emptySyncDevice();
		this.simulator.faults().loseAnswer(Route.CREATE, 1);
		assertThat(device.sync().issued()).isFalse();
		assertThat(device.sync().issued()).isTrue();
	}

	@Test
	void scopeThatTheAgentLacksIsARefusal() {
		SyncDevice device = emptySyncDevice();
		device.device().request(request(List.of("launch:rockets")));
		device.restart();
		assertThat(device.sync().problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.REFUSED);
			assertThat(problem.code()).isEqualTo("invalid_scopes");
		});
	}

	@Test
	void unknownAgentIsNotFound() {
		SyncDevice device = emptySyncDevice();
		device.device().request(new BundleRequest("ag_unknown", "user_1", SCOPES, "72h", "device-1", "linux"));
		device.restart();
		assertThat(device.sync().problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.NOT_FOUND);
	}

	@Test
	void revokedBundleOfAnotherDeviceDoesNotMatter() {
		BundleRequest other = new BundleRequest(this.agent.id(), "user_1", SCOPES, "72h", "device-2", "linux");
		this.simulator.revokeBundle(this.client.createConsentBundle(other).bundleId(), true);
		assertThat(emptySyncDevice().sync().issued()).isTrue();
	}

	@Test
	void bundlePutThereMeanwhileIsEnteredAndKept() {
		SyncDevice device = emptySyncDevice();
		var restored = issue();
		device.device().repository().save(restored);
		assertThat(device.sync().issued()).isFalse();
		assertThat(bundleId(device)).isEqualTo(restored.bundleId());
		assertThat(device.device().denial()).isNull();
	}

}
