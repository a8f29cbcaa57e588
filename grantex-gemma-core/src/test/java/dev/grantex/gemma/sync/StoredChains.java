package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.SignedAuditEntry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The chains in a device's files, read without the device, and what it has acknowledged.
 * A chain is told by its grant: each bundle has one of its own.
 * <p>
 * Not safe for use by several threads at once.
 */
final class StoredChains {

	private final Path directory;

	private final Map<String, Map<Long, String>> acknowledged = new HashMap<>();

	StoredChains(Path directory) {
		this.directory = directory;
	}

	Path directory() {
		return this.directory;
	}

	void acknowledged(String grantId, long sequence, String hash) {
		String earlier = this.acknowledged.computeIfAbsent(grantId, (id) -> new HashMap<>()).put(sequence, hash);
		assertThat(earlier).as("entry %d was acknowledged before", sequence).isNull();
	}

	int acknowledgements() {
		return this.acknowledged.values().stream().mapToInt(Map::size).sum();
	}

	/**
	 * The hashes of a chain, after a look whether it is dense and has what was
	 * acknowledged in its place.
	 */
	List<String> hashes(String grantId) throws IOException {
		Map<Long, String> stored = new TreeMap<>();
		for (Path file : files()) {
			try (Stream<String> lines = Files.lines(file)) {
				lines.map(SignedAuditEntry::parse)
					.filter((entry) -> entry.grantId().equals(grantId))
					.forEach((entry) -> assertThat(stored.put(entry.seq(), entry.hash())).isNull());
			}
		}
		assertThat(stored).containsAllEntriesOf(this.acknowledged.getOrDefault(grantId, Map.of()));
		List<String> hashes = new ArrayList<>();
		stored.forEach((sequence, hash) -> {
			hashes.add(hash);
			assertThat(sequence).isEqualTo(hashes.size());
		});
		return hashes;
	}

	/**
	 * The files that hold entries.
	 */
	List<Path> files() throws IOException {
		return files(".jsonl");
	}

	/**
	 * The bundles that were replaced and are not forgotten yet.
	 */
	List<Path> retiredBundles() throws IOException {
		return files(".enc").stream().filter((file) -> file.getFileName().toString().startsWith("bundle-")).toList();
	}

	private List<Path> files(String ending) throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.toString().endsWith(ending)).sorted().toList();
		}
	}

}
