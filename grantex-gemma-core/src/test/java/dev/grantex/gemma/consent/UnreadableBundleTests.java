package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.ConsentBundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Stored bundles that cannot be read are never overwritten.
 */
class UnreadableBundleTests extends ServiceFixture {

	@Test
	void wrongKeyDeniesAndKeepsTheFile() throws IOException {
		Device device = device();
		byte[] stored = Files.readAllBytes(device.bundleFile());
		device.key("ff".repeat(32)).restart();
		assertDeniesAndKeeps(device, DenialReason.BUNDLE_UNREADABLE, stored);
	}

	@Test
	void damageDeniesAndKeepsTheFile() throws IOException {
		Device device = device();
		device.close();
		byte[] stored = Files.readAllBytes(device.bundleFile());
		stored[stored.length / 2] ^= 1;
		Files.write(device.bundleFile(), stored);
		device.restart();
		assertDeniesAndKeeps(device, DenialReason.BUNDLE_UNREADABLE, stored);
	}

	@Test
	void linkDeniesAndKeepsItsTarget() throws IOException {
		Device device = device();
		device.close();
		Path elsewhere = this.directory.resolve("elsewhere");
		Files.move(device.bundleFile(), elsewhere);
		Files.createSymbolicLink(device.bundleFile(), elsewhere);
		byte[] stored = Files.readAllBytes(elsewhere);
		device.restart();
		assertDeniesAndKeeps(device, DenialReason.BUNDLE_UNSAFE, stored);
		assertThat(Files.isSymbolicLink(device.bundleFile())).isTrue();
	}

	@Test
	void opensAgainOnceTheFileIsGood() throws IOException {
		Device device = device();
		device.close();
		byte[] good = Files.readAllBytes(device.bundleFile());
		Files.writeString(device.bundleFile(), "damaged");
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.BUNDLE_UNREADABLE);
		Files.write(device.bundleFile(), good);
		device.consent().reopen();
		assertThat(device.denial()).isNull();
	}

	@Test
	void movingTheFileAwayAllowsANewBeginning() throws IOException {
		Device device = device();
		device.key("ff".repeat(32)).restart();
		Files.move(device.bundleFile(), this.directory.resolve("aside"));
		device.consent().reopen();
		assertThat(device.denial()).isEqualTo(DenialReason.NO_BUNDLE);
		device.consent().replace(issue(), this.request);
		assertThat(device.denial()).isNull();
	}

	@Test
	void bundleThatWasPutThereMeanwhileIsNotOverwritten() {
		Device device = emptyDevice();
		ConsentBundle restored = issue();
		device.repository().save(restored);
		ConsentBundle issued = issue();
		assertThatIllegalStateException().isThrownBy(() -> device.consent().replace(issued, this.request));
		device.consent().reopen();
		assertThat(device.bundle().bundleId()).isEqualTo(restored.bundleId());
		assertThat(device.denial()).isNull();
	}

	private void assertDeniesAndKeeps(Device device, DenialReason reason, byte[] stored) throws IOException {
		assertThat(device.denial()).isEqualTo(reason);
		ConsentBundle issued = issue();
		assertThatExceptionOfType(GrantexGemmaException.class)
			.isThrownBy(() -> device.consent().replace(issued, this.request));
		assertThat(Files.readAllBytes(device.bundleFile())).isEqualTo(stored);
		assertThat(device.denial()).isEqualTo(reason);
	}

}
