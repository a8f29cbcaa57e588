package dev.grantex.gemma.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.simulator.Agent;
import dev.grantex.simulator.GrantexSimulator;
import org.springframework.util.FileSystemUtils;

/**
 * A device with a bundle from the simulator, in a directory of its own.
 */
final class Fixture implements AutoCloseable {

	static final String SCOPE = "read:contacts";

	private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

	private final Path directory;

	private final ConsentBundle bundle;

	private final BundleRequest request;

	Fixture() {
		try (GrantexSimulator simulator = GrantexSimulator.start();
				GrantexClient client = GrantexClient.builder()
					.baseUrl(simulator.baseUrl())
					.apiKey(simulator.customer().apiKey())
					.build()) {
			this.directory = Files.createTempDirectory("grantex-benchmark");
			Agent agent = simulator.customer().registerAgent("benchmark", SCOPE);
			this.request = new BundleRequest(agent.id(), "user", List.of(SCOPE), null, "device", null);
			this.bundle = client.createConsentBundle(this.request);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	ConsentBundle bundle() {
		return this.bundle;
	}

	OfflineAuditLog log(Durability durability) {
		return OfflineAuditLog.builder(this.directory.resolve("audit.jsonl"), this.bundle)
			.durability(durability)
			.open();
	}

	DeviceConsent consent(Durability durability) {
		DeviceConsent consent = DeviceConsent
			.builder(EncryptedFileBundleRepository.withKey(this.directory.resolve("bundle.enc"), KEY),
					(bundle) -> OfflineAuditLog.builder(this.directory.resolve("audit.jsonl"), bundle)
						.durability(durability))
			.build();
		consent.open();
		consent.replace(this.bundle, this.request);
		return consent;
	}

	@Override
	public void close() throws IOException {
		FileSystemUtils.deleteRecursively(this.directory);
	}

}
