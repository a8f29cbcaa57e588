package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The archives of a device as an auditor looks at them: complete by their sums, and named
 * by an entry that the service has, or that is in an archive so named.
 */
final class ArchiveCheck {

	private static final Set<String> NAMING = Set.of("grantex:chain-started", "grantex:chain-archived");

	private final FieldDevice device;

	private final EvidenceModel evidence;

	private final ScheduleFigures figures;

	ArchiveCheck(FieldDevice device, EvidenceModel evidence, ScheduleFigures figures) {
		this.device = device;
		this.evidence = evidence;
		this.figures = figures;
	}

	/**
	 * The hashes of the intact entries in all archives.
	 */
	Set<String> entries() {
		Path archives = this.device.directory().resolve("archive");
		if (!Files.isDirectory(archives)) {
			return Set.of();
		}
		List<Path> all = DeviceFiles.all(archives, (file) -> file.getParent().equals(archives));
		List<String> lines = all.stream()
			.flatMap((archive) -> DeviceFiles.lines(archive).stream())
			.filter((line) -> this.evidence.entryOf(line).isPresent())
			.toList();
		// The entry that names an archive may have gone into the next one.
		Stream<JsonNode> archived = lines.stream()
			.filter((line) -> NAMING.stream().anyMatch(line::contains))
			.map(JsonMapper.shared()::readTree);
		List<JsonNode> naming = Stream.concat(this.evidence.everAccepted().values().stream(), archived)
			.filter((entry) -> NAMING.contains(entry.get("action").stringValue()))
			.toList();
		all.forEach((archive) -> require(archive, naming));
		return lines.stream()
			.flatMap((line) -> this.evidence.entryOf(line).stream())
			.map(EvidenceModel.Entry::hash)
			.collect(Collectors.toSet());
	}

	private void require(Path archive, List<JsonNode> candidates) {
		Path sums = archive.resolve("SHA256SUMS");
		assertThat(sums).as("sums of %s", archive).exists();
		Map<String, String> files = new TreeMap<>();
		DeviceFiles.all(archive, Files::isRegularFile)
			.stream()
			.filter((file) -> !file.equals(sums))
			.forEach((file) -> files.put(archive.relativize(file).toString(), sha256(file)));
		List<String> expected = new ArrayList<>();
		files.forEach((name, sum) -> expected.add(sum + "  " + name));
		assertThat(new String(DeviceFiles.bytes(sums), StandardCharsets.US_ASCII).lines().toList())
			.as("sums of %s", archive)
			.isEqualTo(expected);
		assertThat(files).as("files of %s", archive).containsKey("public-keys.pem");
		JsonNode naming = candidates.stream()
			.filter((entry) -> sha256(sums).equals(entry.path("metadata").path("archiveSha256").stringValue("")))
			.findFirst()
			.orElse(null);
		boolean tamperedWith = this.device.isTampered() && this.evidence.wasNamed(sha256(sums));
		if (naming == null && (tamperedWith || this.device.denial() != null)) {
			// The entry that named it was destroyed, or its chain is halted itself.
			return;
		}
		assertThat(naming).as("entry at the service that names %s of %s", archive, this.device).isNotNull();
		this.figures.count("archives");
		this.figures.count("stranded: " + naming.path("metadata").path("reason").stringValue("?"));
	}

	private static String sha256(Path file) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
