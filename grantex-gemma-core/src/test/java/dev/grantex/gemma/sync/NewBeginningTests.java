package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.simulator.Route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How a new chain takes the place of one that can no longer grow on the service.
 */
class NewBeginningTests extends SyncFixture {

	@Test
	void newChainNamesTheOneItTakesThePlaceOf() throws IOException {
		SyncDevice device = syncDevice();
		String former = bundleId(device);
		device.device().calls(3);
		device.sync();
		SignedAuditEntry accepted = device.device().log().read(3).findFirst().orElseThrow();
		SignedAuditEntry last = device.device().call("tool:undelivered");
		device.device().consent().chain().strand(StrandingReason.ENTRY_REFUSED, 4L);
		assertThat(device.sync().issued()).isTrue();
		Predecessor predecessor = device.device().bundle().state().predecessor();
		assertThat(predecessor).isEqualTo(new Predecessor(former, StrandingReason.ENTRY_REFUSED, 3, accepted.hash(), 4,
				last.hash(), "archive/" + former, predecessor.archiveSha256()));
		SignedAuditEntry first = device.device().log().read(1).findFirst().orElseThrow();
		assertThat(first.action()).isEqualTo("grantex:chain-started");
		assertThat(first.result()).isEqualTo("success");
		Map<String, Object> facts = Map.of("predecessor", former, "reason", "rejected", "lastAcceptedSequence", 3,
				"lastAcceptedHash", accepted.hash(), "lastLocalSequence", 4, "lastLocalHash", last.hash(), "archive",
				"archive/" + former, "archiveSha256", predecessor.archiveSha256());
		assertThat(JSON.readTree(first.toJson()).get("metadata")).isEqualTo(JSON.valueToTree(facts));
		device.device().call("tool:new");
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device)).hasSize(2);
	}

	@Test
	void filesOfTheStrandedChainStayAsTheyWere() throws IOException {
		SyncDevice device = syncDevice();
		String former = bundleId(device);
		device.device().calls(3);
		strand(device, StrandingReason.KEY_LOST);
		String before = Files.readString(device.device().logFile());
		device.sync();
		Path archive = this.directory.resolve("archive").resolve(former);
		try (Stream<Path> files = Files.list(archive)) {
			List<Path> logs = files.filter((file) -> file.toString().endsWith(".jsonl")).toList();
			assertThat(logs).singleElement().satisfies((log) -> assertThat(log).hasContent(before.strip()));
		}
		assertThat(archive.resolve("SHA256SUMS")).exists();
		assertThat(archive.resolve("public-keys.pem")).exists();
		assertThat(device.device().repository().loadRetired()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "ENTRY_REFUSED", "KEY_LOST", "BUNDLE_UNKNOWN" })
	void beginsByItselfWhereNobodyCanHaveCausedItOnPurpose(StrandingReason reason) {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		strand(device, reason);
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().denial()).isNull();
	}

	@ParameterizedTest
	@EnumSource(names = { "FORKED", "LOG_TRUNCATED", "LOG_CORRUPTED", "LOG_MISSING", "BUNDLE_OUTDATED" })
	void waitsForTheOperatorWhereItMayBeAnAttack(StrandingReason reason) {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		strand(device, reason);
		device.sync();
		device.restart().sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(device.device().denial().code()).isEqualTo(reason.code());
		device.reissueAfter("cb_another").sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		device.reissueAfter(bundleId(device)).sync();
		assertThat(device.device().denial()).isNull();
		assertThat(device.device().bundle().state().predecessor().reason()).isEqualTo(reason);
	}

	@Test
	void truncatedLogGivesWayOnceTheOperatorAllows() throws IOException {
		SyncDevice device = syncDevice();
		String former = bundleId(device);
		device.device().calls(3);
		device.device().close();
		List<String> lines = Files.readAllLines(device.device().logFile());
		Files.writeString(device.device().logFile(), lines.get(0) + "\n" + lines.get(1) + "\n");
		device.restart().sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_TRUNCATED);
		assertThat(hashesAtService(former)).hasSize(2);
		assertThat(device.reissueAfter(former).sync().issued()).isTrue();
		Predecessor predecessor = device.device().bundle().state().predecessor();
		assertThat(predecessor.reason()).isEqualTo(StrandingReason.LOG_TRUNCATED);
		assertThat(predecessor.lastAcceptedSequence()).isEqualTo(2);
		assertThat(predecessor.lastAcceptedHash()).isEqualTo(hashesAtService(former).get(1));
		assertThat(predecessor.lastLocalSequence()).isEqualTo(2);
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void waitsForCallsUnderWay() {
		SyncDevice device = syncDevice();
		CallDecision call = device.device().consent().decide();
		strand(device, StrandingReason.ENTRY_REFUSED);
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		SignedAuditEntry outcome = call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		call.close();
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().bundle().state().predecessor().lastLocalHash()).isEqualTo(outcome.hash());
	}

	@Test
	void waitsUntilWhatCanBeDeliveredWas() {
		SyncDevice device = syncDevice();
		String former = bundleId(device);
		device.device().calls(3);
		device.device().consent().chain().strand(StrandingReason.ENTRY_REFUSED, 3L);
		this.simulator.faults().respond(Route.SYNC, 503, "{}", 1);
		assertThat(device.sync().issued()).isFalse();
		assertThat(device.sync().issued()).isTrue();
		assertThat(hashesAtService(former)).hasSize(2);
	}

	@Test
	void doesNotBeginAtAStartBeforeAnythingWasDelivered() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		strand(device, StrandingReason.KEY_LOST);
		device.restart();
		assertThat(device.synchronizer().issue().issued()).isFalse();
		assertThat(device.device().denial()).isEqualTo(DenialReason.KEY_LOST);
	}

	@Test
	void archiveThatFailsIsFinishedLater() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		strand(device, StrandingReason.ENTRY_REFUSED);
		device.device().repository().failSaves(1);
		assertThat(device.sync().issued()).isFalse();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REJECTED);
		device.restart();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REJECTED);
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void firstEntryIsThereBeforeAnyCallEvenIfItCouldNotBeWrittenAtOnce() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		strand(device, StrandingReason.ENTRY_REFUSED);
		device.sync();
		ConsentBundle bundle = device.device().bundle();
		device.device().close();
		// As a crash would have left it between the bundle and its first entry.
		deleteLog(device, bundle);
		device.device().auditLog(bundle).begin();
		device.restart();
		assertThat(device.device().call("tool:next").seq()).isEqualTo(2);
		assertThat(device.device().log().read(1).findFirst().orElseThrow().action()).isEqualTo("grantex:chain-started");
	}

	@Test
	void firstEntryIsThereAlsoIfTheBundleIsForSomethingElseByNow() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		strand(device, StrandingReason.ENTRY_REFUSED);
		device.sync();
		ConsentBundle bundle = device.device().bundle();
		device.device().close();
		deleteLog(device, bundle);
		device.device().auditLog(bundle).begin();
		device.device().request(request(List.of("alert")));
		device.restart();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISMATCH);
		assertThat(device.device().log().read(1).findFirst().orElseThrow().action()).isEqualTo("grantex:chain-started");
	}

	@Test
	void callsThatAreDeniedAllTheTimeKeepNoNewChainAway() throws Exception {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		device.device().consent().chain().strand(StrandingReason.ENTRY_REFUSED, 1L);
		CallDecision denied = device.device().consent().decide();
		assertThat(denied.denial()).isNotNull();
		Thread ending = new Thread(() -> {
			await().until(() -> device.device().consent().log().isEmpty());
			denied.close();
		});
		ending.start();
		try {
			assertThat(device.sync().issued()).isTrue();
		}
		finally {
			denied.close();
			ending.join();
		}
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void bundleThatAnotherServiceIssuedIsNotTakenForAnAgentThatIsMissing() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		startAnew();
		device.device().request(request(List.of("alert")));
		device.restart();
		SyncResult starting = device.synchronizer().issueWithin(Duration.ofMinutes(1), Duration.ofMinutes(1));
		assertThat(starting.problems()).singleElement()
			.returns(SyncStep.STATUS, SyncProblem::step)
			.returns(SyncProblem.Kind.NOT_FOUND, SyncProblem::kind);
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_UNKNOWN);
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void secondFailureInARowIsForTheOperator() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		strand(device, StrandingReason.ENTRY_REFUSED);
		device.sync();
		String second = bundleId(device);
		device.device().consent().chain().strand(StrandingReason.ENTRY_REFUSED, 1L);
		assertThat(device.sync().issued()).isFalse();
		assertThat(device.reissueAfter(second).sync().issued()).isTrue();
	}

	@Test
	void revokedChainThatIsStrandedGivesWayOnlyAfterItsRevocation() {
		SyncDevice device = syncDevice();
		String former = bundleId(device);
		device.device().calls(1);
		strand(device, StrandingReason.KEY_LOST);
		this.simulator.revokeBundle(former, true);
		assertThat(device.sync().issued()).isFalse();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.reissueAfter(former).sync().issued()).isTrue();
		assertThat(device.device().bundle().state().predecessor().reason()).isEqualTo(StrandingReason.KEY_LOST);
	}

	@Test
	void logInUseIsNotArchived() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		device.device().logFault(AuditLogException.LOG_LOCKED);
		device.restart().sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(this.directory.resolve("archive")).doesNotExist();
	}

	private static void strand(SyncDevice device, StrandingReason reason) {
		device.device().consent().chain().strand(reason, null);
	}

	private void deleteLog(SyncDevice device, ConsentBundle bundle) {
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.filter((file) -> file.getFileName().toString().startsWith("audit")).toList()) {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
