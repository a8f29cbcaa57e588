package dev.grantex.gemma.sync;

import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.simulator.Route;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is left to do after a revocation.
 */
class DrainingTests extends SyncFixture {

	@Test
	void keyLeavesTheDiskOnceEverythingIsDelivered() {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		this.simulator.revokeBundle(bundleId(device), true);
		device.sync();
		assertThat(hashesAtService(bundleId(device))).hasSize(3);
		assertThat(device.device().consent().status().isDrained()).isTrue();
		assertThat(stored(device).offlineAuditKey().privateKey()).isNull();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void keyStaysUntilEverythingIsDelivered() {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		this.simulator.revokeBundle(bundleId(device), true);
		this.simulator.faults().respond(Route.SYNC, 503, "{}", 1);
		device.sync();
		assertThat(stored(device).offlineAuditKey().privateKey()).isNotNull();
		device.restart().sync();
		assertThat(hashesAtService(bundleId(device))).hasSize(3);
		assertThat(stored(device).offlineAuditKey().privateKey()).isNull();
	}

	@Test
	void keyStaysUntilTheLastCallIsRecordedAndDelivered() {
		SyncDevice device = syncDevice();
		CallDecision call = device.device().consent().decide();
		this.simulator.revokeBundle(bundleId(device), false);
		device.sync();
		assertThat(stored(device).offlineAuditKey().privateKey()).isNotNull();
		call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		call.close();
		device.sync();
		assertThat(hashesAtService(bundleId(device))).hasSize(1);
		assertThat(device.device().consent().status().isDrained()).isTrue();
	}

	@Test
	void countedDenialsAreDeliveredToo() {
		SyncDevice device = syncDevice();
		for (int i = 0; i < 15; i++) {
			try (CallDecision decision = device.device().consent().decide()) {
				decision.recordDenial("tool:secret", decision.grant(), Map.of("reason", "scope_violation"), Map.of());
			}
		}
		this.simulator.revokeBundle(bundleId(device), true);
		device.sync();
		assertThat(this.simulator.auditEntries(bundleId(device))).hasSize(11)
			.last()
			.satisfies((JsonNode entry) -> assertThat(entry.at("/metadata/count").longValue()).isEqualTo(5));
		assertThat(device.device().consent().status().isDrained()).isTrue();
	}

	@Test
	void drainedBundleStaysRevokedOverRestartsAndCycles() throws Exception {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		this.simulator.revokeBundle(bundleId(device), true);
		device.sync();
		this.simulator.clearRequests();
		for (int i = 0; i < 2; i++) {
			device.restart();
			this.clock.advance(Duration.ofHours(1));
			assertThat(device.sync().isSuccessful()).isTrue();
			assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
			assertThat(device.device().verifyChain().valid()).isTrue();
		}
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		Files.delete(device.device().bundleFile());
		device.restart().sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	@Test
	void keyLeavesTheDiskAlsoIfTheServiceWillNeverTakeTheRest() {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		device.device().consent().chain().strand(StrandingReason.KEY_LOST, 1L);
		this.simulator.revokeBundle(bundleId(device), true);
		device.sync();
		assertThat(hashesAtService(bundleId(device))).isEmpty();
		assertThat(stored(device).offlineAuditKey().privateKey()).isNull();
		device.restart();
		assertThat(device.device().verifyChain().entries()).isEqualTo(2);
	}

	@Test
	void operatorCanBeginAgainAfterADrainedBundle() {
		SyncDevice device = syncDevice();
		String former = bundleId(device);
		device.device().calls(2);
		this.simulator.revokeBundle(former, true);
		device.sync();
		assertThat(device.reissueAfter(former).sync().issued()).isTrue();
		device.device().calls(1);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.device().repository().loadRetired()).isEmpty();
		assertThat(device.restart().sync().isSuccessful()).isTrue();
	}

	private static ConsentBundle stored(SyncDevice device) {
		return device.device().repository().load().orElseThrow();
	}

}
