package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import dev.grantex.simulator.GrantexSimulator;
import dev.grantex.simulator.SimulatedBundle;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The entries that a device's files and its service hold at a moment, as somebody reads
 * them who has only the description of the formats.
 */
final class Evidence {

	private static final int MAX_ATTEMPTS = 20;

	private final Map<String, ReadEntry> kept = new HashMap<>();

	private final Map<String, ReadEntry> accepted = new HashMap<>();

	/** Up to where seals state that chains were forced, by grant. */
	private final Map<String, Long> sealed = new HashMap<>();

	private Evidence() {
	}

	/**
	 * Reads the files below a directory, archives and files put aside included, but for
	 * those of which the device says that they were never acknowledged.
	 */
	static Evidence of(Path directory, GrantexSimulator service) {
		Evidence evidence = new Evidence();
		for (Path file : files(directory)) {
			if (file.getFileName().toString().endsWith(".seal")) {
				evidence.addSeal(bytes(file));
			}
			else if (!file.getFileName().toString().contains(".torn-")) {
				entries(bytes(file)).forEach((entry) -> evidence.kept.put(entry.hash(), entry));
			}
		}
		for (SimulatedBundle bundle : service.bundles()) {
			for (JsonNode entry : service.auditEntries(bundle.id())) {
				ReadEntry.of(entry).ifPresent((read) -> evidence.accepted.put(read.hash(), read));
			}
		}
		return evidence;
	}

	private static List<Path> files(Path directory) {
		for (int attempt = 1;; attempt++) {
			try (Stream<Path> all = Files.walk(directory)) {
				return all
					.filter((file) -> Files.isRegularFile(file)
							&& file.getFileName().toString().matches(".*\\.(jsonl|seal).*"))
					.toList();
			}
			catch (IOException | UncheckedIOException ex) {
				// What is renamed or deleted while it is looked for.
				if (attempt == MAX_ATTEMPTS) {
					throw new IllegalStateException(ex);
				}
			}
		}
	}

	private static byte[] bytes(Path file) {
		try {
			return Files.readAllBytes(file);
		}
		catch (NoSuchFileException ex) {
			return new byte[0];
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The entries in a file's content that hold.
	 */
	static List<ReadEntry> entries(byte[] content) {
		List<ReadEntry> entries = new ArrayList<>();
		for (String line : new String(content, StandardCharsets.UTF_8).split("\n")) {
			Optional<ReadEntry> entry = line.startsWith("{") ? ReadEntry.of(line) : Optional.empty();
			entry.ifPresent(entries::add);
		}
		return entries;
	}

	private void addSeal(byte[] content) {
		for (String slot : new String(content, StandardCharsets.UTF_8).split("\n")) {
			try {
				JsonNode statement = JsonMapper.shared().readTree(slot).path("seal");
				this.sealed.merge(statement.path("grantId").stringValue(""), statement.path("sequence").longValue(0),
						Math::max);
			}
			catch (JacksonException ex) {
				// A slot that was cut states nothing.
			}
		}
	}

	/**
	 * Whether a seal states that the chain was forced up to an entry.
	 */
	boolean isSealed(ReadEntry entry) {
		return entry.sequence() <= this.sealed.getOrDefault(entry.grantId(), 0L);
	}

	/**
	 * Whether anything is left of a chain.
	 */
	boolean hasTraceOf(String grantId) {
		return this.sealed.containsKey(grantId)
				|| this.kept.values().stream().anyMatch((entry) -> entry.grantId().equals(grantId));
	}

	Map<String, ReadEntry> kept() {
		return this.kept;
	}

	Map<String, ReadEntry> accepted() {
		return this.accepted;
	}

	boolean has(String hash) {
		return this.kept.containsKey(hash) || this.accepted.containsKey(hash);
	}

	/**
	 * The calls whose outcome is somewhere.
	 */
	Set<String> calls() {
		Set<String> calls = new HashSet<>();
		Stream.concat(this.kept.values().stream(), this.accepted.values().stream())
			.map(ReadEntry::call)
			.filter((call) -> call != null)
			.forEach(calls::add);
		return calls;
	}

}
