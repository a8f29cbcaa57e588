package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import dev.grantex.gemma.audit.json.Sha256;

/**
 * The names of the files beside a log. For {@code audit.jsonl} and a grant {@code g}:
 * {@code audit-g-000000000001.jsonl} for a closed file by its first sequence number,
 * {@code audit.seal} or {@code audit-g.seal}, {@code audit-g.lock},
 * {@code audit.jsonl.lock}, {@code audit.jsonl.torn-1} and {@code audit.jsonl.open-1}.
 */
public final class SegmentNames {

	/** What was open when another file lay in its place. */
	static final String OPEN = "open";

	private static final int MAX_GRANT_LENGTH = 80;

	private static final int DIGEST_LENGTH = 16;

	private final Path active;

	private final String stem;

	private final String extension;

	SegmentNames(Path active) {
		this.active = active.toAbsolutePath();
		Path fileName = this.active.getFileName();
		if (fileName == null) {
			throw new IllegalArgumentException("A directory is not a log");
		}
		String name = fileName.toString();
		int dot = name.lastIndexOf('.');
		this.stem = (dot > 0) ? name.substring(0, dot) : name;
		this.extension = (dot > 0) ? name.substring(dot) : "";
	}

	Path active() {
		return this.active;
	}

	String stem() {
		return this.stem;
	}

	String extension() {
		return this.extension;
	}

	Path activeLock() {
		return this.active.resolveSibling(this.active.getFileName() + ".lock");
	}

	Path lock(String grantId) {
		return this.active.resolveSibling(prefix(grantId) + ".lock");
	}

	/**
	 * The seal of the chain that has the active file.
	 */
	Path activeSeal() {
		return this.active.resolveSibling(this.stem + ".seal");
	}

	/**
	 * The seal of a chain that does not have the active file yet, or any more.
	 */
	Path seal(String grantId) {
		return this.active.resolveSibling(prefix(grantId) + ".seal");
	}

	Path closed(String grantId, long firstSequence) {
		return this.active.resolveSibling(
				prefix(grantId) + "-" + String.format(Locale.ROOT, "%012d", firstSequence) + this.extension);
	}

	/**
	 * A name beside a file that is not yet taken.
	 */
	static Path aside(Path file, String why) {
		for (int i = 1;; i++) {
			Path aside = file.resolveSibling(file.getFileName() + "." + why + "-" + i);
			if (!PrivateFiles.exists(aside)) {
				return aside;
			}
		}
	}

	/**
	 * The closed files of a grant by their first sequence number.
	 */
	NavigableMap<Long, Path> closedFiles(String grantId) throws IOException {
		String prefix = prefix(grantId) + "-";
		Pattern form = Pattern.compile(Pattern.quote(prefix) + "[0-9]{12,18}" + Pattern.quote(this.extension));
		NavigableMap<Long, Path> files = new TreeMap<>();
		for (Path file : matching(form.asMatchPredicate())) {
			String name = String.valueOf(file.getFileName());
			files.put(Long.parseLong(name, prefix.length(), name.length() - this.extension.length(), 10), file);
		}
		return files;
	}

	/**
	 * What was saved of the active file because another one lay in its place.
	 */
	List<Path> saved() throws IOException {
		String name = Pattern.quote(this.active.getFileName() + "." + OPEN + "-") + "[0-9]+";
		return matching(Pattern.compile(name).asMatchPredicate());
	}

	/**
	 * The files beside the log whose names fit, sorted.
	 */
	List<Path> matching(Predicate<String> name) throws IOException {
		List<Path> matching = new ArrayList<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(PrivateFiles.directoryOf(this.active))) {
			for (Path file : files) {
				if (name.test(String.valueOf(file.getFileName()))) {
					matching.add(file);
				}
			}
		}
		matching.sort(null);
		return matching;
	}

	/**
	 * What the names of a grant's files begin with, but for the active ones.
	 */
	String prefix(String grantId) {
		return this.stem + "-" + fileSafe(grantId);
	}

	/**
	 * What stands for a grant in names of files.
	 */
	public static String fileSafe(String grantId) {
		String safe = grantId.replaceAll("[^A-Za-z0-9._-]", "_");
		if (safe.length() > MAX_GRANT_LENGTH) {
			safe = safe.substring(0, MAX_GRANT_LENGTH);
		}
		// Two grants must never share files, however their ids look.
		return safe.equals(grantId) ? safe : safe + "~" + Sha256.hex(grantId).substring(0, DIGEST_LENGTH);
	}

}
