package dev.grantex.gemma.sync;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.grantex.simulator.GrantexSimulator;
import dev.grantex.simulator.RecordedRequest;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.SyncBatch;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How evidence reaches the service.
 */
class UploadTests extends SyncFixture {

	@Test
	void deliversTheWholeChain() {
		SyncDevice device = syncDevice();
		device.device().calls(5);
		SyncResult result = device.sync();
		assertThat(result.isSuccessful()).isTrue();
		assertThat(result.accepted()).isEqualTo(5);
		assertThat(result.unsynchronized()).isZero();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void namesTheDevice() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		device.sync();
		assertThat(batches()).extracting((batch) -> batch.get("deviceId").stringValue()).containsExactly("device-1");
	}

	@Test
	void sendsNothingTwice() {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		device.sync();
		device.device().calls(2);
		device.sync();
		device.sync();
		assertThat(batchSizes()).containsExactly(3, 2);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void sendsNothingTwiceAfterARestart() {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		device.sync();
		device.restart();
		device.device().calls(1);
		device.sync();
		assertThat(batchSizes()).containsExactly(3, 1);
	}

	@Test
	void sendsAgainWhatMayNotHaveArrived() {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		this.simulator.faults().loseAnswer(Route.SYNC, 1);
		SyncResult lost = device.sync();
		assertThat(lost.problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.OFFLINE);
		assertThat(lost.unsynchronized()).isEqualTo(3);
		assertThat(hashesAtService(bundleId(device))).hasSize(3);
		device.device().calls(1);
		SyncResult again = device.sync();
		assertThat(again.isSuccessful()).isTrue();
		assertThat(again.accepted()).isEqualTo(4);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void sendsAgainAfterARestartInBetween() {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		this.simulator.faults().loseAnswer(Route.SYNC, 1);
		device.sync();
		device.restart();
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void backlogGoesInTheLargestBatches() {
		SyncDevice device = syncDevice().batchSize(5);
		device.device().durability(Durability.OS);
		device.restart();
		device.device().calls(1203);
		assertThat(device.sync().accepted()).isEqualTo(1203);
		assertThat(batchSizes()).containsExactly(1000, 203);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void backlogInOneFileIsReadOnce() throws IOException {
		assertReadOnce(100, Map.of("text", "x".repeat(60_000)));
		assertThat(batchSizes()).hasSizeGreaterThan(5);
	}

	@Tag("endurance")
	@Test
	void longBacklogInOneFileIsReadOnce() throws IOException {
		assertReadOnce(5000, Map.of());
		assertThat(batchSizes()).containsExactly(1000, 1000, 1000, 1000, 1000);
	}

	private void assertReadOnce(int count, Map<String, String> metadata) throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		Device device = closeAfterTest(new Device(disk.root(), this.clock, this.request)).durability(Durability.OS);
		device.open().consent().replace(issue(), this.request);
		SyncDevice sync = closeAfterTest(
				new SyncDevice(device, this.clock, this.simulator.baseUrl(), this.simulator.customer().apiKey()));
		for (int i = 0; i < count; i++) {
			device.log().append("tool:" + i, null, "success", metadata);
		}
		long size = Files.size(device.logFile());
		long before = disk.bytesRead();
		assertThat(sync.sync().accepted()).isEqualTo(count);
		assertThat(disk.bytesRead() - before).isBetween(size, size + size / 4);
		assertThat(hashesAtService(bundleId(sync))).isEqualTo(hashes(sync));
	}

	@Test
	void numbersAtTheEndsOfTheirRangeAreDelivered() {
		SyncDevice device = syncDevice();
		for (String number : List.of("1e-314", "1e-315", "1e-320", "5e-324", "-1e-323", "1.7976931348623157e308")) {
			device.device().call("set:level", Map.of("level", Double.valueOf(number)));
			device.device().call("set:level", Map.of("level", new BigDecimal(number)));
		}
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device)).hasSizeGreaterThanOrEqualTo(12);
	}

	@Test
	void batchesFitIntoARequest() {
		SyncDevice device = syncDevice();
		String fat = "€".repeat(20_000);
		for (int i = 0; i < 40; i++) {
			device.device().call("tool:" + i, Map.of("text", fat));
		}
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(batchSizes()).hasSizeBetween(3, 4).allMatch((size) -> size > 5);
		assertThat(this.simulator.requests(Route.SYNC))
			.allSatisfy((request) -> assertThat(request.body().getBytes(StandardCharsets.UTF_8))
				.hasSizeLessThanOrEqualTo(SyncBatch.MAX_BODY_BYTES));
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void backlogStopsAtTheRateLimitAndGoesOnLater() {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		this.simulator.faults().respond(Route.SYNC, 429, "{}", Map.of("retry-after", "7"), 1);
		SyncResult limited = device.sync();
		assertThat(limited.problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.RATE_LIMITED);
			assertThat(problem.retryAfter()).hasSeconds(7);
		});
		this.clock.advance(Duration.ofSeconds(7));
		assertThat(device.sync().isSuccessful()).isTrue();
	}

	@Test
	void partOfABatchMovesNoPosition() {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		this.simulator.faults()
			.respond(Route.SYNC, 200,
					"{\"accepted\":2,\"rejected\":1,\"revocationStatus\":\"valid\",\"revokedAt\":null,"
							+ "\"errors\":[],\"newBundle\":null}",
					1);
		SyncResult result = device.sync();
		assertThat(result.problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.REFUSED);
			assertThat(problem.code()).isEqualTo("partly_accepted");
		});
		assertThat(result.accepted()).isZero();
		assertThat(device.device().log().synchronizedThrough()).isZero();
		assertThat(device.sync().isSuccessful()).isTrue();
	}

	@Test
	void refusedEntriesStayWhereTheyAre() {
		SyncDevice device = syncDevice().autoIssue(false);
		device.device().calls(2);
		this.simulator.faults()
			.respond(Route.SYNC, 400, "{\"code\":\"INVALID_AUDIT_ENTRIES\",\"message\":\"no\",\"errors\":[{\"seq\":1,"
					+ "\"code\":\"INVALID_HASH\",\"message\":\"x\"}]}", 1);
		SyncResult result = device.sync();
		assertThat(result.problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.REJECTED);
		assertThat(result.unsynchronized()).isEqualTo(2);
	}

	@Test
	void forkIsToldFromARefusal() {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		this.simulator.faults()
			.respond(Route.SYNC, 409, "{\"code\":\"AUDIT_CHAIN_CONFLICT\",\"message\":\"no\",\"errors\":[{\"seq\":1,"
					+ "\"code\":\"DUPLICATE_SEQ\",\"message\":\"x\"}]}", 1);
		assertThat(device.sync().problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.FORKED);
	}

	@Test
	void replacedBundlesDrainFirstUnderTheirOwnIdAndKey() {
		SyncDevice device = syncDevice();
		String first = bundleId(device);
		device.device().calls(2);
		this.clock.advance(Duration.ofMinutes(1));
		device.device().consent().replace(issue(), this.request);
		String second = bundleId(device);
		device.device().calls(1);
		this.clock.advance(Duration.ofMinutes(1));
		device.device().consent().replace(issue(), this.request);
		device.device().calls(3);
		SyncResult result = device.sync();
		assertThat(result.isSuccessful()).isTrue();
		assertThat(result.accepted()).isEqualTo(6);
		assertThat(batches()).extracting((batch) -> batch.get("bundleId").stringValue())
			.containsExactly(first, second, bundleId(device));
		assertThat(device.device().repository().loadRetired()).isEmpty();
	}

	@Test
	void replacedBundleIsKeptUntilItIsDrained() {
		SyncDevice device = syncDevice();
		String first = bundleId(device);
		device.device().calls(2);
		device.device().consent().replace(issue(), this.request);
		this.simulator.faults().loseAnswer(Route.SYNC, 1);
		device.sync();
		assertThat(device.device().retiredFile(first)).exists();
		device.restart().sync();
		assertThat(device.device().retiredFile(first)).doesNotExist();
		assertThat(hashesAtService(first)).hasSize(2);
	}

	@Test
	void chainOfACallUnderWayIsDrainedAfterIt() {
		SyncDevice device = syncDevice();
		String first = bundleId(device);
		CallDecision call = device.device().consent().decide();
		device.device().consent().replace(issue(), this.request);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.device().retiredFile(first)).exists();
		call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		call.close();
		device.sync();
		assertThat(hashesAtService(first)).hasSize(1);
		assertThat(device.device().retiredFile(first)).doesNotExist();
	}

	@Test
	void callThatNeverEndsDoesNotHoldTheEvidenceBesideItBack() {
		SyncDevice device = syncDevice();
		String first = bundleId(device);
		device.device().calls(3);
		CallDecision call = device.device().consent().decide();
		device.device().consent().replace(issue(), this.request);
		assertThat(device.sync().accepted()).isEqualTo(3);
		assertThat(hashesAtService(first)).hasSize(3);
		assertThat(device.device().retiredFile(first)).exists();
		call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(first)).hasSize(4);
		call.close();
		device.sync();
		assertThat(device.device().retiredFile(first)).doesNotExist();
	}

	@Test
	void brokenFileOfAReplacedBundleDoesNotStopTheOthers() throws IOException {
		SyncDevice device = syncDevice();
		String first = bundleId(device);
		device.device().calls(1);
		device.device().consent().replace(issue(), this.request);
		String second = bundleId(device);
		device.device().calls(1);
		device.device().consent().replace(issue(), this.request);
		device.device().calls(1);
		Files.writeString(device.device().retiredFile(first), "damaged");
		SyncResult result = device.sync();
		assertThat(result.problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.LOCAL);
		assertThat(hashesAtService(second)).hasSize(1);
		assertThat(hashesAtService(bundleId(device))).hasSize(1);
		assertThat(device.device().retiredFile(first)).exists();
	}

	@Test
	void brokenLogOfAReplacedBundleDoesNotStopTheOthers() throws IOException {
		SyncDevice device = syncDevice();
		String first = bundleId(device);
		device.device().calls(1);
		device.device().consent().replace(issue(), this.request);
		device.device().calls(1);
		try (DirectoryStream<Path> closed = Files.newDirectoryStream(this.directory, "audit-*.jsonl")) {
			Files.writeString(closed.iterator().next(), "damaged\n");
		}
		SyncResult result = device.sync();
		assertThat(result.problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.LOCAL);
			assertThat(problem.code()).isEqualTo("log_truncated");
		});
		assertThat(hashesAtService(bundleId(device))).hasSize(1);
		assertThat(device.device().retiredFile(first)).exists();
	}

	@Test
	void chainThatTheServiceRefusesDoesNotStopTheOthers() {
		SyncDevice device = syncDevice();
		String first = bundleId(device);
		device.device().calls(1);
		device.device().consent().replace(issue(), this.request);
		device.device().calls(1);
		this.simulator.faults().respond(Route.SYNC, 500, "{}", 1);
		SyncResult result = device.sync();
		assertThat(result.problems()).hasSize(1);
		assertThat(hashesAtService(bundleId(device))).hasSize(1);
		assertThat(device.device().retiredFile(first)).exists();
	}

	@Test
	void rateLimitEndsTheUploadsOfACycle() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		device.device().consent().replace(issue(), this.request);
		device.device().calls(1);
		this.simulator.faults().respond(Route.SYNC, 429, "{}", Map.of("retry-after", "7"), 1);
		device.sync();
		assertThat(this.simulator.requests(Route.SYNC)).hasSize(1);
		this.clock.advance(Duration.ofSeconds(7));
		assertThat(device.sync().accepted()).isEqualTo(2);
	}

	@Test
	void copyOfTheCurrentBundleLeftByACrashIsNotDrained() {
		SyncDevice device = syncDevice();
		ConsentBundle current = device.device().bundle();
		device.device().repository().retire(current);
		device.device().calls(2);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(batchSizes()).containsExactly(2);
		device.device().consent().replace(issue(), this.request);
		device.sync();
		assertThat(device.device().repository().loadRetired()).isEmpty();
	}

	@Test
	void expiredBundleStillDrains() {
		SyncDevice device = syncDevice().autoIssue(false);
		device.device().calls(2);
		this.clock.set(device.device().bundle().offlineExpiresAt().plusSeconds(3600));
		SyncResult result = device.sync();
		assertThat(result.accepted()).isEqualTo(2);
		assertThat(result.isSuccessful()).isTrue();
	}

	@Test
	void syncEndpointOfAnotherHostGetsNothing() {
		try (GrantexSimulator other = GrantexSimulator.start()) {
			this.simulator.syncEndpointBase(other.baseUrl());
			SyncDevice device = syncDevice();
			assertThat(device.device().bundle().syncEndpoint()).startsWith(other.baseUrl().toString());
			device.device().calls(1);
			assertThat(device.sync().isSuccessful()).isTrue();
			assertThat(other.requests()).isEmpty();
			assertThat(hashesAtService(bundleId(device))).hasSize(1);
		}
	}

	@Test
	void redirectGetsNothing() {
		try (GrantexSimulator other = GrantexSimulator.start()) {
			SyncDevice device = syncDevice();
			device.device().calls(1);
			this.simulator.faults().redirect(Route.ANY, other.baseUrl(), 2);
			SyncResult result = device.sync();
			assertThat(result.problems()).isNotEmpty()
				.allSatisfy((problem) -> assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.OFFLINE));
			assertThat(other.requests()).isEmpty();
		}
	}

	@Test
	void entriesAreSignedWithTheKeyTheServiceHas() {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		device.device().consent().auditKey().refresh(this.client.refresh(bundleId(device)));
		device.device().calls(1);
		OfflineAuditLog log = device.device().log();
		assertThat(device.sync().isSuccessful()).isTrue();
		List<JsonNode> atService = this.simulator.auditEntries(bundleId(device));
		assertThat(atService).hasSize(3);
		try (var entries = log.read(1)) {
			assertThat(entries.findFirst().orElseThrow().signature())
				.isNotEqualTo(atService.get(0).get("signature").stringValue());
		}
		assertThat(device.device().verifyChain().valid()).isTrue();
	}

	@Test
	void everyRequestCarriesTheKeyAsBearerToken() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		device.sync();
		assertThat(this.simulator.requests()).extracting((RecordedRequest request) -> request.header("authorization"))
			.containsOnly("Bearer " + this.simulator.customer().apiKey());
	}

}
