package dev.grantex.gemma.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.grantex.gemma.audit.AuditLogBuilder;
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

	private static final long MAX_TOTAL_SIZE = 1L << 36;

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

	/**
	 * Settings for an application that finds the bundle stored, and no network.
	 */
	List<String> properties() {
		String prefix = "--grantex.gemma.";
		return List.of(prefix + "bundle.path=" + this.directory.resolve("bundle.enc"),
				prefix + "audit.path=" + this.directory.resolve("audit.jsonl"), prefix + "bundle.encryption-key=" + KEY,
				prefix + "api.base-url=http://127.0.0.1:1", prefix + "api.key=key");
	}

	/**
	 * Stores the bundle, and begins its log, for an application to find.
	 */
	void store() {
		consent(Durability.FSYNC).close();
	}

	OfflineAuditLog log(Durability durability) {
		return builder(this.bundle, durability).open();
	}

	/** Nothing is delivered here, and a fast disk fills the usual size in a minute. */
	private AuditLogBuilder builder(ConsentBundle bundle, Durability durability) {
		return OfflineAuditLog.builder(this.directory.resolve("audit.jsonl"), bundle)
			.maxTotalSize(MAX_TOTAL_SIZE)
			.durability(durability);
	}

	DeviceConsent consent(Durability durability) {
		DeviceConsent consent = DeviceConsent
			.builder(EncryptedFileBundleRepository.withKey(this.directory.resolve("bundle.enc"), KEY),
					(bundle) -> builder(bundle, durability))
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
