package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.grantex.simulator.GrantexSimulator;
import dev.grantex.simulator.SimulatedBundle;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.audit.HashChain;
import dev.grantex.gemma.audit.SignedAuditEntry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All entries that devices have ever written, which of them they acknowledged, and where
 * they are. It verifies them itself, with nothing of the library but the entry's hash.
 */
final class EvidenceModel {

	private static final String GENESIS = "0".repeat(16);

	private final GrantexSimulator service;

	private final Map<String, Entry> written = new HashMap<>();

	private final Map<String, Optional<Entry>> lines = new HashMap<>();

	private final Set<String> acknowledged = new LinkedHashSet<>();

	private final Set<String> destroyed = new HashSet<>();

	private final Map<String, Set<String>> keys = new HashMap<>();

	private final Map<String, String> bundles = new HashMap<>();

	private Map<String, List<JsonNode>> accepted = new LinkedHashMap<>();

	private final Map<String, JsonNode> everAccepted = new LinkedHashMap<>();

	private final Set<String> named = new HashSet<>();

	private Set<String> local = Set.of();

	/** Whether the service has lost entries that it had accepted. */
	private boolean lossy;

	/**
	 * An entry that some device has written.
	 */
	record Entry(String grantId, long seq, String previous, String hash) {
	}

	EvidenceModel(GrantexSimulator service) {
		this.service = service;
	}

	synchronized void acknowledge(SignedAuditEntry entry) {
		this.acknowledged.add(entry.hash());
	}

	/**
	 * Looks at the service and at all disks, and checks that everything is where it
	 * should be.
	 */
	void check(Collection<FieldDevice> devices) {
		observeService();
		observeKeys(devices);
		Set<String> found = new HashSet<>();
		for (FieldDevice device : devices) {
			List<Entry> entries = entries(device);
			checkChains(device, entries);
			entries.forEach((entry) -> found.add(entry.hash()));
		}
		this.local = found;
		checkService();
		assertThat(missing().stream().map(this.written::get)).as("acknowledged entries that are nowhere").isEmpty();
	}

	/**
	 * Accepts that the service has lost something. What it had accepted may have been
	 * deleted on devices before, or may be later.
	 */
	void forgiveService(Collection<FieldDevice> devices) {
		this.lossy = true;
		this.accepted.clear();
		forgive(devices);
	}

	/**
	 * Accepts that what is nowhere now was destroyed by what was just done to a disk.
	 * @return how many entries that are
	 */
	int forgive(Collection<FieldDevice> devices) {
		observeService();
		observeKeys(devices);
		Set<String> found = new HashSet<>();
		devices.forEach((device) -> entries(device).forEach((entry) -> found.add(entry.hash())));
		this.local = found;
		List<String> missing = missing();
		this.destroyed.addAll(missing);
		return missing.size();
	}

	private List<String> missing() {
		Set<String> atService = new HashSet<>();
		this.accepted.values().forEach((entries) -> entries.forEach((entry) -> atService.add(hash(entry))));
		return this.acknowledged.stream()
			.filter((hash) -> !this.destroyed.contains(hash) && !this.local.contains(hash) && !atService.contains(hash))
			.filter((hash) -> !this.lossy || !this.everAccepted.containsKey(hash))
			.toList();
	}

	private void observeService() {
		Map<String, List<JsonNode>> now = new LinkedHashMap<>();
		for (SimulatedBundle bundle : this.service.bundles()) {
			this.bundles.put(bundle.grantId(), bundle.id());
			this.keys.computeIfAbsent(bundle.grantId(), (grant) -> new LinkedHashSet<>()).add(bundle.auditPublicKey());
			List<JsonNode> entries = this.accepted.getOrDefault(bundle.id(), List.of());
			if (entries.size() != bundle.auditEntryCount()) {
				entries = this.service.auditEntries(bundle.id());
				entries.forEach((entry) -> this.everAccepted.put(hash(entry), entry));
			}
			now.put(bundle.id(), entries);
		}
		this.accepted = now;
	}

	private void observeKeys(Collection<FieldDevice> devices) {
		for (FieldDevice device : devices) {
			device.bundle().ifPresent((bundle) -> {
				String grant = grantOf(bundle.bundleId());
				if (grant != null && bundle.state() != null) {
					bundle.state()
						.auditKeys()
						.forEach((key) -> this.keys.computeIfAbsent(grant, (id) -> new LinkedHashSet<>())
							.add(key.publicKey()));
				}
			});
		}
	}

	private @Nullable String grantOf(String bundleId) {
		return this.bundles.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().equals(bundleId))
			.map(Map.Entry::getKey)
			.findFirst()
			.orElse(null);
	}

	/**
	 * The intact entries on a device's disk.
	 */
	List<Entry> entries(FieldDevice device) {
		return intact(device.directory(), device.isTampered());
	}

	private List<Entry> intact(Path directory, boolean tampered) {
		List<Entry> entries = new ArrayList<>();
		for (String line : DeviceFiles.lines(directory)) {
			Optional<Entry> entry = entryOf(line);
			if (!tampered) {
				assertThat(entry).as("line on a disk that nobody touched: %s", line).isPresent();
			}
			entry.ifPresent(entries::add);
		}
		return entries;
	}

	/**
	 * The entry that a line holds, if it is intact.
	 */
	Optional<Entry> entryOf(String line) {
		return this.lines.computeIfAbsent(line, this::verify);
	}

	private Optional<Entry> verify(String line) {
		try {
			SignedAuditEntry entry = SignedAuditEntry.parse(line);
			if (!entry.hash().equals(HashChain.computeHash(entry)) || !isSigned(entry)) {
				return Optional.empty();
			}
			Entry written = new Entry(entry.grantId(), entry.seq(), entry.prevHash(), entry.hash());
			this.written.put(entry.hash(), written);
			if (entry.action().startsWith("grantex:chain-") && entry.metadata() != null) {
				this.named.add(String.valueOf(entry.metadata().get("archiveSha256")));
			}
			return Optional.of(written);
		}
		catch (IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

	private boolean isSigned(SignedAuditEntry entry) {
		byte[] signature = HexFormat.of().parseHex(entry.signature());
		byte[] signed = entry.hash().getBytes(StandardCharsets.US_ASCII);
		return this.keys.getOrDefault(entry.grantId(), Set.of()).stream().anyMatch((key) -> {
			Ed25519Signer verifier = new Ed25519Signer();
			verifier.init(false, publicKey(key));
			verifier.update(signed, 0, signed.length);
			return verifier.verifySignature(signature);
		});
	}

	private static AsymmetricKeyParameter publicKey(String pem) {
		try {
			return PublicKeyFactory.createKey(Base64.getDecoder().decode(pem.replaceAll("-----[A-Z ]+-----|\\s", "")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * On a disk that nobody touched, each chain goes on without a gap, from its first
	 * entry on or from one that the service had by the time the file before was deleted.
	 */
	private void checkChains(FieldDevice device, List<Entry> entries) {
		if (device.isTampered()) {
			return;
		}
		Map<String, List<Entry>> chains = new TreeMap<>();
		entries.forEach((entry) -> chains.computeIfAbsent(entry.grantId(), (grant) -> new ArrayList<>()).add(entry));
		for (List<Entry> chain : chains.values()) {
			chain.sort(Comparator.comparing(Entry::seq));
			String previous = chain.get(0).previous();
			long seq = chain.get(0).seq();
			assertThat(seq == 1 ? previous.equals(GENESIS) : this.everAccepted.containsKey(previous))
				.as("first entry %s on %s", seq, device)
				.isTrue();
			for (Entry entry : chain) {
				assertThat(entry.seq()).as("sequence on %s", device).isEqualTo(seq++);
				assertThat(entry.previous()).as("previous hash on %s", device).isEqualTo(previous);
				previous = entry.hash();
			}
		}
	}

	/**
	 * What the service has of a bundle is what one device has written, from its first
	 * entry on.
	 */
	private void checkService() {
		this.accepted.forEach((bundle, entries) -> {
			String previous = GENESIS;
			long seq = 1;
			for (JsonNode entry : entries) {
				Entry own = this.written.get(hash(entry));
				assertThat(own).as("entry %s of %s at the service that no device has written", seq, bundle).isNotNull();
				assertThat(this.bundles.get(own.grantId())).isEqualTo(bundle);
				assertThat(own.seq()).isEqualTo(seq++);
				assertThat(own.previous()).isEqualTo(previous);
				previous = own.hash();
			}
		});
	}

	static String hash(JsonNode entry) {
		return entry.get("hash").stringValue();
	}

	/**
	 * The hashes of what the service has of a bundle now.
	 */
	List<String> atService(String bundleId) {
		return this.service.auditEntries(bundleId).stream().map(EvidenceModel::hash).toList();
	}

	Map<String, List<JsonNode>> accepted() {
		return this.accepted;
	}

	Map<String, JsonNode> everAccepted() {
		return this.everAccepted;
	}

	/**
	 * Whether a device has ever named an archive in an entry.
	 */
	boolean wasNamed(String archiveSha256) {
		return this.named.contains(archiveSha256);
	}

	Entry written(String hash) {
		return this.written.get(hash);
	}

	@Nullable String bundleOf(String grantId) {
		return this.bundles.get(grantId);
	}

	/**
	 * The acknowledged entries that must be somewhere.
	 */
	synchronized List<String> owed() {
		return this.acknowledged.stream().filter((hash) -> !this.destroyed.contains(hash)).toList();
	}

	synchronized int acknowledgedCount() {
		return this.acknowledged.size();
	}

}
