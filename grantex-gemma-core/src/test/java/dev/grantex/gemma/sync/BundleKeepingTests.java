package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.Device;
import dev.grantex.simulator.Route;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What somebody does to the file of the bundle while the application runs makes nothing
 * worse: the bundle is still known here.
 */
@ExtendWith(OutputCaptureExtension.class)
class BundleKeepingTests extends SyncFixture {

	/**
	 * What somebody puts in the bundle's place.
	 */
	enum Other {

		GARBAGE, LINK, DIRECTORY, ANOTHER_BUNDLE, OLDER_COPY

	}

	@Test
	void aDeletedBundleIsWrittenAgainByTheNextCycle(CapturedOutput output) throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		Files.delete(device.device().bundleFile());
		assertThat(device.sync().isSuccessful()).isTrue();
		device.sync();
		assertThat(output.getAll()).containsOnlyOnce("was gone while the application runs");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(device.device().bundleFile())))
			.isEqualTo("rw-------");
		assertThat(device.device().call("tool:next").seq()).isEqualTo(3);
		device.restart();
		assertThat(device.device().call("tool:after").seq()).isEqualTo(4);
	}

	@Test
	void offlineToo() throws IOException {
		SyncDevice device = syncDevice();
		this.simulator.faults().unreachable();
		Files.delete(device.device().bundleFile());
		device.sync();
		assertThat(device.device().bundleFile()).exists();
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void aBundleInItsPlaceIsNotWritten() {
		SyncDevice device = syncDevice();
		device.sync();
		int saves = device.device().repository().saves();
		device.sync();
		assertThat(device.device().repository().saves()).isEqualTo(saves);
	}

	@ParameterizedTest
	@EnumSource
	void somethingElseInItsPlaceDeniesCallsUntilItIsMovedAway(Other other) throws IOException {
		SyncDevice device = syncDevice();
		Path file = device.device().bundleFile();
		put(other, device.device());
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_DISPLACED);
		device.sync();
		assertThat(device.device().denial().remedy()).contains("Do not stop it before");
		Path aside = this.directory.resolve("aside");
		Files.move(file, aside);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.device().denial()).isNull();
		String current = bundleId(device);
		device.restart();
		assertThat(bundleId(device)).isEqualTo(current);
		assertThat(device.device().call("tool:next").seq()).isPositive();
	}

	@Test
	void noOtherBundleIsRequestedWhileSomethingElseIsInItsPlace() throws IOException {
		SyncDevice device = syncDevice();
		put(Other.GARBAGE, device.device());
		this.clock.set(device.device().bundle().offlineExpiresAt());
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(device.device().bundleFile()).hasContent("garbage");
		Files.delete(device.device().bundleFile());
		assertThat(device.sync().issued()).isTrue();
	}

	@Test
	void aBundleThatCannotBeWrittenAgainDeniesCallsUntilItCan() throws IOException {
		SyncDevice device = syncDevice();
		Files.delete(device.device().bundleFile());
		device.device().repository().failSaves(1);
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_UNWRITABLE);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void aRevocationOutlivesTheFile() throws IOException {
		SyncDevice device = syncDevice();
		this.simulator.revokeBundle(bundleId(device), true);
		device.sync();
		Files.delete(device.device().bundleFile());
		device.sync();
		this.simulator.faults().unreachable();
		assertThat(device.restart().device().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void aFormerBundleWhoseChainIsOpenIsWrittenAgain(CapturedOutput output) throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String former = bundleId(device);
		device.device().consent().replace(issue(), this.request);
		this.simulator.faults().respond(Route.SYNC, 401, "{\"code\":\"UNAUTHORIZED\",\"message\":\"no\"}", 1);
		device.sync();
		Files.delete(device.device().retiredFile(former));
		device.sync();
		assertThat(output.getAll()).containsOnlyOnce("was gone before it was delivered");
		assertThat(this.simulator.auditHashes(former)).hasSize(3);
		assertThat(device.device().repository().loadRetired()).isEmpty();
	}

	private void put(Other other, Device device) throws IOException {
		Path file = device.bundleFile();
		byte[] before = Files.readAllBytes(file);
		switch (other) {
			case GARBAGE -> Files.writeString(file, "garbage");
			case LINK -> {
				Path target = this.directory.resolve("target");
				Files.move(file, target);
				Files.createSymbolicLink(file, target);
			}
			case DIRECTORY -> {
				Files.delete(file);
				Files.createDirectory(file);
			}
			case ANOTHER_BUNDLE -> {
				ConsentBundle another = issue();
				device.repository().save(another);
			}
			case OLDER_COPY -> {
				device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
				Files.write(file, before);
			}
		}
	}

}
