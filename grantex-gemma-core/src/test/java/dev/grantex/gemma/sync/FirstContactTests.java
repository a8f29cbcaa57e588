package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import dev.grantex.simulator.Route;
import dev.grantex.simulator.SimulatorState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.Device;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Logs that are not what the service has of them: older copies, clones, and services that
 * were restored.
 */
class FirstContactTests extends ChainFixture {

	@TempDir
	private Path copies;

	@Test
	void isMadeOnceForEachOpeningOfTheLog() {
		SyncDevice device = chainDevice();
		device.sync();
		device.sync();
		assertThat(this.simulator.requests(Route.GET)).hasSize(1);
		device.restart().sync();
		assertThat(this.simulator.requests(Route.GET)).hasSize(2);
	}

	@Test
	void isMadeAgainAfterItFailed() {
		SyncDevice device = chainDevice();
		this.simulator.faults().respond(Route.GET, 503, "{}", 1);
		assertThat(device.sync().problems()).extracting(SyncProblem::step).containsExactly(SyncStep.STATUS);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(this.simulator.requests(Route.GET)).hasSize(2);
	}

	@Test
	void olderCopyOfAllFilesHaltsCallsBeforeAnythingIsSent() throws IOException {
		SyncDevice device = rolledBack(2, 5);
		this.simulator.clearRequests();
		SyncResult result = device.sync();
		assertThat(result.problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.ROLLED_BACK);
		assertThat(device.device().denial()).isEqualTo(DenialReason.ROLLED_BACK);
		assertThat(routes()).doesNotContain(Route.SYNC, Route.REFRESH, Route.CREATE);
		assertThat(device.events(ChainStranded.class))
			.containsExactly(stranded(bundleId(device), StrandingReason.ROLLED_BACK, 5L));
	}

	@Test
	void rollbackIsRememberedOverARestart() throws IOException {
		SyncDevice device = rolledBack(2, 5);
		device.sync();
		device.restart();
		assertThat(device.device().denial()).isEqualTo(DenialReason.ROLLED_BACK);
		assertThat(device.autoIssue(false).sync().isSuccessful()).isTrue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.ROLLED_BACK);
	}

	@Test
	void olderCopyWhoseBundleHasEndedGetsNoOther() throws IOException {
		SyncDevice device = rolledBack(2, 5);
		this.clock.set(device.device().bundle().offlineExpiresAt().plusSeconds(1));
		device.restart().autoIssue(true);
		device.synchronizer().issue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.ROLLED_BACK);
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	@Test
	void noOtherBundleIsAskedForBeforeTheLogWasCompared() throws IOException {
		SyncDevice device = rolledBack(2, 5);
		this.clock.set(device.device().bundle().offlineExpiresAt().plusSeconds(1));
		this.simulator.faults().respond(Route.GET, 503, "{}", 2);
		device.restart().autoIssue(true);
		device.synchronizer().issue();
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.ROLLED_BACK);
	}

	@Test
	void growthOfItsOwnDoesNotLetARolledBackChainGoOn() throws IOException {
		SyncDevice device = rolledBack(2, 3);
		CallDecision call = device.device().consent().decide();
		device.sync();
		call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		call.close();
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.ROLLED_BACK);
		device.restart().sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.ROLLED_BACK);
	}

	@Test
	void olderCopyOfAReplacedBundleIsNotTakenForDelivered() throws IOException {
		SyncDevice device = rolledBack(2, 5);
		String former = bundleId(device);
		device.device().consent().replace(issue(), this.request);
		assertThat(device.sync().problems()).extracting(SyncProblem::kind)
			.containsExactly(SyncProblem.Kind.ROLLED_BACK);
		device.sync();
		assertThat(this.directory.resolve("archive").resolve(former)).exists();
		assertThat(device.device().log().read(1).findFirst().orElseThrow().action())
			.isEqualTo("grantex:chain-archived");
	}

	@Test
	void newestCopyPutBackLetsCallsGoOn() throws IOException {
		SyncDevice device = rolledBack(2, 5);
		device.sync();
		device.device().close();
		byte[] stranded = Files.readAllBytes(device.device().bundleFile());
		replaceFiles("newest");
		Files.write(device.device().bundleFile(), stranded);
		device.restart().autoIssue(false).sync();
		assertThat(device.device().denial()).isNull();
		assertThat(device.device().call("tool:next").seq()).isEqualTo(6);
		assertThat(device.sync().accepted()).isEqualTo(1);
	}

	@Test
	void olderCopyThatHasGrownBeyondTheServiceIsAFork() throws IOException {
		SyncDevice device = rolledBack(2, 3);
		for (int i = 0; i < 4; i++) {
			device.device().call("tool:later");
		}
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.FORKED);
	}

	@Test
	void callUnderWayIsStillRecordedOnAChainThatWasRolledBack() throws IOException {
		SyncDevice device = rolledBack(2, 5);
		CallDecision call = device.device().consent().decide();
		device.sync();
		assertThat(call.recordOutcome("tool:late", call.grant(), "success", null).seq()).isEqualTo(3);
		call.close();
	}

	@Test
	void ofTwoClonesTheOneThatComesLaterIsHalted() throws IOException {
		SyncDevice device = chainDevice();
		device.device().calls(2);
		device.sync();
		device.device().close();
		FileSystemUtils.copyRecursively(this.directory, this.copies.resolve("clone"));
		device.restart().autoIssue(false);
		Device copy = closeAfterTest(new Device(this.copies.resolve("clone"), this.clock, this.request)).open();
		SyncDevice clone = closeAfterTest(
				new SyncDevice(copy, this.clock, this.simulator.baseUrl(), this.simulator.customer().apiKey()))
			.autoIssue(false);
		device.device().call("tool:first");
		assertThat(device.sync().isSuccessful()).isTrue();
		clone.sync();
		assertThat(copy.denial()).isEqualTo(DenialReason.ROLLED_BACK);
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void ofTwoClonesThatBothWentOnTheOneThatComesLaterIsAFork() throws IOException {
		SyncDevice device = chainDevice();
		device.device().calls(2);
		device.sync();
		device.device().close();
		FileSystemUtils.copyRecursively(this.directory, this.copies.resolve("clone"));
		device.restart().autoIssue(false);
		Device copy = closeAfterTest(new Device(this.copies.resolve("clone"), this.clock, this.request)).open();
		SyncDevice clone = closeAfterTest(
				new SyncDevice(copy, this.clock, this.simulator.baseUrl(), this.simulator.customer().apiKey()))
			.autoIssue(false);
		device.device().call("tool:one");
		copy.call("tool:another");
		device.sync();
		clone.sync();
		assertThat(copy.denial()).isEqualTo(DenialReason.FORKED);
		assertThat(copy.restart().denial()).isEqualTo(DenialReason.FORKED);
	}

	@Test
	void whatARestoredServiceHasLostIsSentAgainAfterARestart() {
		SyncDevice device = chainDevice();
		device.device().calls(2);
		device.sync();
		SimulatorState backup = this.simulator.save();
		device.device().calls(3);
		device.sync();
		this.simulator.restore(backup);
		device.restart().autoIssue(false);
		assertThat(device.sync().accepted()).isEqualTo(3);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device)).hasSize(5);
	}

	@Test
	void whatARestoredServiceHasLostIsSentAgainWithTheNextEntry() {
		SyncDevice device = chainDevice();
		device.device().calls(2);
		device.sync();
		SimulatorState backup = this.simulator.save();
		device.device().calls(3);
		device.sync();
		this.simulator.restore(backup);
		device.device().calls(1);
		SyncResult result = device.sync();
		assertThat(result.isSuccessful()).isTrue();
		assertThat(result.accepted()).isEqualTo(4);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device)).hasSize(6);
	}

	@Test
	void serviceRestoredToBeforeARefreshGetsAnotherKey() {
		SyncDevice device = chainDevice();
		device.device().calls(2);
		device.sync();
		SimulatorState backup = this.simulator.save();
		leaveShare(device.device().bundle(), 0.1);
		device.sync();
		device.device().calls(2);
		device.sync();
		this.simulator.restore(backup);
		device.device().calls(1);
		SyncResult result = device.sync();
		assertThat(result.isSuccessful()).isTrue();
		assertThat(result.refreshed()).isTrue();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device)).hasSize(5);
	}

	@Test
	void restoredServiceGetsTheEntriesOfAReplacedBundleAgain() {
		SyncDevice device = chainDevice();
		device.device().calls(2);
		device.sync();
		device.device().calls(2);
		String former = bundleId(device);
		SimulatorState backup = this.simulator.save();
		this.simulator.faults().loseAnswer(Route.SYNC, 1);
		device.sync();
		this.simulator.restore(backup);
		device.device().consent().replace(issue(), this.request);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(former)).hasSize(4);
	}

	@Test
	void gapThatTheServiceDoesNotConfirmIsAProblemOnly() {
		SyncDevice device = chainDevice();
		device.device().calls(2);
		this.simulator.faults().respond(Route.SYNC, 409, rejected("AUDIT_CHAIN_CONFLICT", 1, "SEQ_GAP"), 1);
		assertThat(device.sync().problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.REJECTED);
		assertThat(device.device().denial()).isNull();
		assertThat(device.sync().accepted()).isEqualTo(2);
	}

	/**
	 * A device whose files are an older copy.
	 * @param before how many entries the copy has
	 * @param after how many the service has
	 */
	private SyncDevice rolledBack(int before, int after) throws IOException {
		SyncDevice device = chainDevice();
		device.device().calls(before);
		device.sync();
		device.device().close();
		keepFiles("older");
		device.restart().autoIssue(false);
		device.device().calls(after - before);
		device.sync();
		device.device().close();
		keepFiles("newest");
		replaceFiles("older");
		return device.restart().autoIssue(false);
	}

	private void keepFiles(String name) throws IOException {
		FileSystemUtils.copyRecursively(this.directory, this.copies.resolve(name));
	}

	private void replaceFiles(String name) throws IOException {
		try (var files = Files.list(this.directory)) {
			for (Path file : files.toList()) {
				FileSystemUtils.deleteRecursively(file);
			}
		}
		FileSystemUtils.copyRecursively(this.copies.resolve(name), this.directory);
	}

}
