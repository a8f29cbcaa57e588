package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two reasons against calls at once, each of which a new bundle has to get past.
 */
class HiddenFaultTests extends SyncFixture {

	@Test
	void brokenLogIsToldBeforeABundleForSomethingElse() throws IOException {
		SyncDevice device = deviceWithBrokenSeal();
		device.device().request(request(List.of("alert")));
		device.restart();
		assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_CORRUPTED);
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		device.reissueAfter(bundleId(device));
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void brokenLogDoesNotKeepTheOperatorFromEndingARevocation() throws IOException {
		SyncDevice device = syncDevice();
		String revoked = bundleId(device);
		device.device().calls(2);
		this.simulator.revokeBundle(revoked, true);
		device.sync();
		breakSeal(device);
		device.restart();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		device.reissueAfter(revoked);
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().denial()).isNull();
		assertThat(this.directory.resolve("archive").resolve(revoked).resolve("SHA256SUMS")).exists();
	}

	@Test
	void operatorWhoAllowsABundleAfterTheNewestAllowsItAfterTheStoredOneToo() throws IOException {
		SyncDevice device = deviceWithBrokenSeal();
		String newest = issue().bundleId();
		this.simulator.revokeBundle(newest, true);
		this.simulator.clearRequests();
		device.restart().reissueAfter(bundleId(device)).sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		device.reissueAfter(newest);
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().denial()).isNull();
	}

	private SyncDevice deviceWithBrokenSeal() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		breakSeal(device);
		return device;
	}

	private void breakSeal(SyncDevice device) throws IOException {
		device.device().close();
		Path seal = this.directory.resolve("audit.seal");
		Files.write(seal, new byte[(int) Files.size(seal)]);
	}

}
