package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.Revocation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Older copies of single files in the place of the present ones.
 */
class OlderCopiesTests extends ServiceFixture {

	@Test
	void bundleFromBeforeARevocationIsStillRevoked() throws IOException {
		Device device = device();
		device.calls(1);
		byte[] older = Files.readAllBytes(device.bundleFile());
		device.consent().revoke(new Revocation(TestClock.START, true));
		device.close();
		Files.write(device.bundleFile(), older);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.consent().status().denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.consent().verifier()).isEmpty();
		assertThat(device.restart().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void sealFromBeforeARevocationIsRefusedAndStillRevoked() throws IOException {
		Device device = device();
		device.calls(1);
		device.restart();
		byte[] older = Files.readAllBytes(seal());
		device.consent().revoke(new Revocation(TestClock.START, true));
		device.close();
		Files.write(seal(), older);
		assertThat(device.restart().denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.consent().log()).isEmpty();
	}

	@Test
	void bundleFromBeforeARefreshIsToldAsSuch() throws IOException {
		Device device = device();
		device.calls(2);
		byte[] older = Files.readAllBytes(device.bundleFile());
		device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		device.calls(1);
		device.close();
		byte[] newest = Files.readAllBytes(device.bundleFile());
		Files.write(device.bundleFile(), older);
		Map<String, String> left = Copies.contents(this.directory);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.BUNDLE_OUTDATED);
		assertThat(device.denial().remedy()).contains("newest copy of the file at grantex.gemma.bundle.path");
		assertThat(Copies.contents(this.directory)).isEqualTo(left);
		Files.write(device.bundleFile(), newest);
		device.consent().reopen();
		assertThat(device.call("tool:read").seq()).isEqualTo(4);
		assertThat(device.verifyChain().valid()).isTrue();
	}

	@Test
	void newestBundleIsFoundWithoutARestartByTheNextCall() throws IOException {
		Device device = device();
		byte[] older = Files.readAllBytes(device.bundleFile());
		device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		device.close();
		byte[] newest = Files.readAllBytes(device.bundleFile());
		Files.write(device.bundleFile(), older);
		device.restart();
		assertThat(device.consent().status().denial()).isEqualTo(DenialReason.BUNDLE_OUTDATED);
		Files.write(device.bundleFile(), newest);
		assertThat(device.denial()).isNull();
	}

	@Test
	void bundleFromBeforeARefreshThatWasRevokedStaysRevoked() throws IOException {
		Device device = device();
		byte[] older = Files.readAllBytes(device.bundleFile());
		device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		device.close();
		Files.write(device.bundleFile(), older);
		device.restart();
		device.consent().revoke(new Revocation(TestClock.START, false));
		device.consent().reopen();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.restart().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void sealBesideTheCurrentBundleIsRefused() throws IOException {
		Device device = device();
		device.calls(1);
		device.restart();
		byte[] older = Files.readAllBytes(seal());
		device.calls(1);
		device.close();
		byte[] newest = Files.readAllBytes(seal());
		Files.write(seal(), older);
		Map<String, String> left = Copies.contents(this.directory);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_CORRUPTED);
		assertThat(device.denial().remedy()).contains("restore the newest copies");
		assertThat(Copies.contents(this.directory)).isEqualTo(left);
		Files.write(seal(), newest);
		device.consent().reopen();
		assertThat(device.call("tool:read").seq()).isEqualTo(3);
	}

	@Test
	void logIsTruncated() throws IOException {
		Device device = device();
		device.calls(1);
		byte[] older = Files.readAllBytes(device.logFile());
		device.calls(2);
		device.close();
		Files.write(device.logFile(), older);
		Map<String, String> left = Copies.contents(this.directory);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_TRUNCATED);
		assertThat(Copies.contents(this.directory)).isEqualTo(left);
	}

	@Test
	void bundleAndSealFromBeforeARefreshDoNotMoveEntriesAside() throws IOException {
		Device device = device();
		device.calls(2);
		device.restart();
		byte[] olderBundle = Files.readAllBytes(device.bundleFile());
		byte[] olderSeal = Files.readAllBytes(seal());
		device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		device.calls(1);
		device.close();
		Files.write(device.bundleFile(), olderBundle);
		Files.write(seal(), olderSeal);
		deleteLocks();
		Map<String, String> left = Copies.contents(this.directory);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_CORRUPTED);
		assertThat(Copies.contents(this.directory)).isEqualTo(left);
	}

	private Path seal() {
		return this.directory.resolve("audit.seal");
	}

	private void deleteLocks() throws IOException {
		try (var locks = Files.newDirectoryStream(this.directory, "*.lock")) {
			for (Path lock : locks) {
				Files.delete(lock);
			}
		}
	}

}
