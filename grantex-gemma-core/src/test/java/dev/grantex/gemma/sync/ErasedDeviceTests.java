package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.simulator.Route;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A device that has nothing of the newest bundle which the service knows for it gets
 * another one by itself, and says so: a deletion and another application under the same
 * device id look alike.
 */
class ErasedDeviceTests extends SyncFixture {

	@Test
	void theNewChainNamesTheNewestBundleAndWhatTheServiceHasOfIt() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		device.sync();
		device.device().calls(2);
		String erased = bundleId(device);
		erase(device);
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().denial()).isNull();
		assertThat(device.device().bundle().state().predecessor()).isEqualTo(Predecessor.erased(erased, 3));
		SignedAuditEntry first = device.device().log().read(1).findFirst().orElseThrow();
		assertThat(first.action()).isEqualTo("grantex:chain-started");
		assertThat(JSON.readTree(first.toJson()).get("metadata"))
			.isEqualTo(JSON.valueToTree(Map.of("predecessor", erased, "reason", "device_erased", "lastAcceptedSequence",
					3, "lastLocalSequence", 0, "lastLocalHash", "0".repeat(16))));
		assertThat(device.device().consent().status().orphans()).isEmpty();
		device.device().call("tool:next");
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(bundleId(device))).hasSize(2);
	}

	@Test
	void soItDoesWhereTheNewBundleCanBeStoredOnlyLater() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		device.sync();
		String erased = bundleId(device);
		erase(device);
		device.device().logFault("log_unwritable");
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).hasSize(1);
		device.device().logFault(null);
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).hasSize(1);
		assertThat(device.device().bundle().state().predecessor()).isEqualTo(Predecessor.erased(erased, 3));
	}

	@Test
	void aSealThatNobodyCanReadKeepsNoNewChainFromBeginning() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		device.sync();
		String erased = bundleId(device);
		device.device().close();
		Files.delete(device.device().bundleFile());
		Files.delete(device.device().logFile());
		Files.writeString(this.directory.resolve("audit.seal"), "unreadable");
		device.restart();
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.device().denial()).isNull();
		assertThat(device.device().bundle().state().predecessor()).isEqualTo(Predecessor.erased(erased, 3));
	}

	@Test
	void nothingIsSaidOfABundleWithoutEntries() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		erase(device);
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().log().headSequence()).isZero();
	}

	@Test
	void norOfOneThatHasEnded() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		device.sync();
		this.clock.set(device.device().bundle().offlineExpiresAt());
		erase(device);
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().log().headSequence()).isZero();
	}

	@Test
	void norOfARevokedOneAfterWhichTheOperatorAllowsANewOne() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		device.sync();
		String revoked = bundleId(device);
		this.simulator.revokeBundle(revoked, true);
		erase(device);
		assertThat(device.sync().issued()).isFalse();
		assertThat(device.device().denial()).isEqualTo(DenialReason.NO_BUNDLE);
		assertThat(device.reissueAfter(revoked).sync().issued()).isTrue();
		assertThat(device.device().log().headSequence()).isZero();
	}

	@Test
	void whatIsLeftOfOtherChainsDoesNotMatter() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String former = bundleId(device);
		device.device().consent().replace(issue(), this.request);
		device.sync();
		device.device().calls(2);
		device.sync();
		String erased = bundleId(device);
		device.device().close();
		Files.delete(device.device().bundleFile());
		Files.delete(device.device().logFile());
		Files.delete(this.directory.resolve("audit.seal"));
		device.restart();
		assertThat(device.sync().issued()).isTrue();
		assertThat(hashesAtService(former)).hasSize(3);
		assertThat(device.device().bundle().state().predecessor()).isEqualTo(Predecessor.erased(erased, 2));
	}

	@Test
	void evidenceThatIsGivenUpIsNamedBesides() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String refused = bundleId(device);
		device.device().consent().replace(issue(), this.request);
		this.client.refresh(refused);
		String erased = bundleId(device);
		device.device().calls(1);
		deliver(device);
		device.device().close();
		Files.delete(device.device().bundleFile());
		Files.delete(device.device().retiredFile(refused));
		Files.delete(device.device().logFile());
		Files.delete(this.directory.resolve("audit.seal"));
		device.restart();
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
		assertThat(device.reissueAfter(refused).sync().issued()).isTrue();
		assertThat(device.device().bundle().state().predecessor()).isEqualTo(Predecessor.erased(erased, 1));
		try (Stream<SignedAuditEntry> entries = device.device().log().read(1)) {
			assertThat(entries.map(SignedAuditEntry::action)).containsExactly("grantex:chain-started",
					"grantex:chain-archived");
		}
	}

	@Test
	void aFirstStartSaysNothing() {
		SyncDevice device = emptySyncDevice();
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().log().headSequence()).isZero();
		assertThat(this.simulator.requests(Route.GET)).isEmpty();
	}

	private void deliver(SyncDevice device) {
		this.client.syncAudit(bundleId(device), "device-1", null,
				device.device().log().read(1).map(device.device().log()::resign).toList());
	}

	private void erase(SyncDevice device) throws IOException {
		device.device().close();
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
		}
		device.restart();
	}

}
