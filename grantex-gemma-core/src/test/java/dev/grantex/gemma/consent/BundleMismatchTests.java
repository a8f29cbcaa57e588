package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Stored bundles that were issued for something else, and bundles of other packages.
 */
class BundleMismatchTests extends ServiceFixture {

	Stream<BundleRequest> otherRequests() {
		BundleRequest own = this.request;
		return Stream.of(
				new BundleRequest("ag_other", own.userId(), own.scopes(), "72h", own.deviceId(), own.devicePlatform()),
				new BundleRequest(own.agentId(), "user_2", own.scopes(), "72h", own.deviceId(), own.devicePlatform()),
				new BundleRequest(own.agentId(), own.userId(), own.scopes(), "72h", "device-2", own.devicePlatform()),
				new BundleRequest(own.agentId(), own.userId(), List.of("read:sensor"), "72h", own.deviceId(), "linux"));
	}

	@ParameterizedTest
	@MethodSource("otherRequests")
	void deniesWhatWasIssuedForSomethingElseAndKeepsIt(BundleRequest configured) throws IOException {
		Device device = device();
		byte[] stored = Files.readAllBytes(device.bundleFile());
		device.request(configured).restart();
		assertThat(device.denial()).isEqualTo(DenialReason.BUNDLE_MISMATCH);
		assertThat(device.consent().verifier()).isEmpty();
		assertThat(Files.readAllBytes(device.bundleFile())).isEqualTo(stored);
	}

	@Test
	void orderOfScopesPlatformAndLifetimeDoNotMatter() {
		Device device = device();
		BundleRequest own = this.request;
		device
			.request(new BundleRequest(own.agentId(), own.userId(), List.of("move:actuator", "read:sensor"), "1h",
					own.deviceId(), "windows"))
			.restart();
		assertThat(device.denial()).isNull();
	}

	@Test
	void namesBothDevicesToTheOperatorAndNoneToTheModel() {
		Device device = device();
		BundleRequest own = this.request;
		device.request(new BundleRequest(own.agentId(), own.userId(), own.scopes(), "72h", "c0ffee123456", "linux"))
			.restart();
		ConsentStatus status = device.consent().status();
		assertThat(status.remedy()).contains(own.deviceId(), "c0ffee123456", "grantex.gemma.device-id")
			.endsWith(DenialReason.BUNDLE_MISMATCH.remedy());
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> device.call("tool:read"))
			.satisfies((denial) -> assertThat(denial.getMessage()).doesNotContain(own.deviceId(), "c0ffee123456",
					"grantex.gemma"));
	}

	@Test
	void namesNoDevicesWhereTheyAreTheSame() {
		Device device = device();
		device.request(request(List.of("alert"))).restart();
		assertThat(device.consent().status().remedy()).isEqualTo(DenialReason.BUNDLE_MISMATCH.remedy());
		device.request(this.request).restart();
		assertThat(device.consent().status().remedy()).isNull();
	}

	@Test
	void formerConfigurationMakesTheBundleUsableAgain() {
		Device device = device();
		device.request(request(List.of("alert"))).restart();
		assertThat(device.denial()).isEqualTo(DenialReason.BUNDLE_MISMATCH);
		device.request(this.request).restart();
		assertThat(device.denial()).isNull();
	}

	@Test
	void newBundleTakesThePlaceOfTheOneThatDoesNotFit() {
		Device device = device();
		String former = device.bundle().bundleId();
		BundleRequest other = request(List.of("alert"));
		device.request(other).restart();
		device.consent().replace(this.client.createConsentBundle(other), other);
		assertThat(device.denial()).isNull();
		assertThat(device.retiredFile(former)).exists();
	}

	@Test
	void adoptsABundleOfAnotherPackage() {
		Device device = closeAfterTest(new Device(this.directory, this.clock, this.request));
		ConsentBundle foreign = issue();
		device.repository().save(foreign);
		device.open();
		assertThat(device.denial()).isNull();
		assertThat(device.bundle().state().request()).isEqualTo(this.request);
		device.call("tool:read");
		device.restart();
		assertThat(device.repository().load().orElseThrow().state()).isNotNull();
		assertThat(device.verifyChain().valid()).isTrue();
	}

	@Test
	void adoptsAnyBundleWhereNothingIsConfigured() {
		Device device = closeAfterTest(new Device(this.directory, this.clock, null));
		device.repository().save(issue());
		device.open();
		assertThat(device.denial()).isNull();
	}

	@Test
	void deniesABundleOfAnotherPackageForAnotherUserAndKeepsIt() throws IOException {
		BundleRequest other = new BundleRequest(this.agent.id(), "user_2", SCOPES, "72h", "device-1", "linux");
		Device device = closeAfterTest(new Device(this.directory, this.clock, this.request));
		device.repository().save(this.client.createConsentBundle(other));
		byte[] stored = Files.readAllBytes(device.bundleFile());
		device.open();
		assertThat(device.denial()).isEqualTo(DenialReason.BUNDLE_MISMATCH);
		assertThat(Files.readAllBytes(device.bundleFile())).isEqualTo(stored);
		assertThat(device.bundle().state().auditKeys()).hasSize(1);
	}

}
