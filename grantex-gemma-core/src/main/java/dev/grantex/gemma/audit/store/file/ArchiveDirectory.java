package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.Sha256;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * A directory below {@value #ROOT}, beside the audit log, that holds the files of one
 * chain. It is complete when the file {@value #CHECKSUMS} is there, in the format of the
 * {@code sha256sum} command of GNU coreutils: for every other file a line of its digest,
 * two spaces and its name, sorted by name. A name with a backslash or the end of a line
 * in it is escaped, which a backslash at the beginning of the line tells.
 */
final class ArchiveDirectory {

	static final String ROOT = "archive";

	static final String PUBLIC_KEYS = "public-keys.pem";

	static final String CHECKSUMS = "SHA256SUMS";

	private static final Set<String> RESERVED = Set.of(PUBLIC_KEYS, CHECKSUMS);

	private static final int MAX_CHECKSUMS = 4 * 1024 * 1024;

	private static final String SEPARATOR = "  ";

	private final Path path;

	private final Path checksums;

	private ArchiveDirectory(Path path) {
		this.path = path;
		this.checksums = path.resolve(CHECKSUMS);
	}

	/**
	 * The directory for a chain. A complete one gets no further files: if there are any,
	 * as after a restored backup, they get another directory.
	 * @param anything whether there are files to be archived
	 * @throws StoreException if it, or the one above, is a link or no directory
	 */
	static ArchiveDirectory of(SegmentNames names, String id, boolean anything) throws IOException {
		Path root = names.active().resolveSibling(ROOT);
		requireDirectory(root);
		boolean onlyDots = id.replace(".", "").isEmpty();
		String name = SegmentNames.fileSafe(onlyDots ? id + "/" : id);
		ArchiveDirectory latest = new ArchiveDirectory(root.resolve(name));
		for (int i = 2; latest.isComplete(); i++) {
			ArchiveDirectory next = new ArchiveDirectory(root.resolve(name + "~" + i));
			if (!anything && !PrivateFiles.exists(next.path)) {
				break;
			}
			latest = next;
		}
		requireDirectory(latest.path);
		return latest;
	}

	/**
	 * The directory relative to that of the audit log.
	 */
	String name() {
		return ROOT + "/" + this.path.getFileName();
	}

	/**
	 * What a file of a log is called here.
	 */
	Path resolve(Path file) {
		return this.path.resolve(nameOf(file));
	}

	boolean isComplete() {
		return PrivateFiles.exists(this.checksums);
	}

	void create() throws IOException {
		PrivateFiles.createDirectories(this.checksums);
		requireDirectory(this.path);
	}

	/**
	 * Moves a file here as it is, durably. What has its name already keeps it.
	 */
	void take(Path file) throws IOException {
		Path target = resolve(file);
		if (RESERVED.contains(nameOf(file)) || PrivateFiles.exists(target)) {
			target = SegmentNames.aside(target, "other");
		}
		Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
		PrivateFiles.forceDirectoryOf(target);
	}

	/**
	 * Writes the public keys, unless they are gone, forces all files and writes their
	 * checksums, durably.
	 */
	void complete(@Nullable String publicKeys) throws IOException {
		if (publicKeys != null) {
			PrivateFiles.replace(this.path.resolve(PUBLIC_KEYS), publicKeys.getBytes(StandardCharsets.US_ASCII));
		}
		StringBuilder lines = new StringBuilder();
		for (Path file : files().values()) {
			lines.append(line(file)).append('\n');
		}
		PrivateFiles.replace(this.checksums, lines.toString().getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Checks that every file that is listed is there as it was.
	 */
	void verify() throws IOException {
		byte[] content = PrivateFiles.content(this.checksums, MAX_CHECKSUMS).orElseThrow(StoreException::missing);
		Map<String, Path> files = new HashMap<>();
		files().forEach((name, file) -> files.put(escape(name), file));
		// The last line has an end, too.
		for (String line : new String(content, StandardCharsets.UTF_8).replaceFirst("\n\\z", "").split("\n", -1)) {
			int separator = line.indexOf(SEPARATOR);
			Path file = (separator >= 0) ? files.get(line.substring(separator + SEPARATOR.length())) : null;
			if (file == null || !line.equals(line(file))) {
				throw StoreException.corrupted();
			}
		}
	}

	/**
	 * The SHA-256 of the checksums.
	 */
	String sha256() throws IOException {
		return digest(this.checksums);
	}

	/**
	 * All other files by their names, but for what an interrupted writing has left.
	 */
	SortedMap<String, Path> files() throws IOException {
		SortedMap<String, Path> files = new TreeMap<>();
		if (!Files.isDirectory(this.path, LinkOption.NOFOLLOW_LINKS)) {
			return files;
		}
		try (DirectoryStream<Path> found = Files.newDirectoryStream(this.path)) {
			for (Path file : found) {
				String name = nameOf(file);
				boolean leftover = name.startsWith("." + CHECKSUMS + ".") && name.endsWith(".tmp");
				if (!name.equals(CHECKSUMS) && !leftover && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
					files.put(name, file);
				}
			}
		}
		return files;
	}

	private static String line(Path file) throws IOException {
		String escaped = escape(nameOf(file));
		return ((escaped.indexOf('\\') >= 0) ? "\\" : "") + digest(file) + SEPARATOR + escaped;
	}

	/**
	 * The digest of what the file has on disk: not all of it may have been forced when it
	 * was written.
	 */
	private static String digest(Path file) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			channel.force(true);
			return Sha256.hex(Channels.newInputStream(channel));
		}
	}

	private static String escape(String name) {
		return name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
	}

	private static String nameOf(Path file) {
		return String.valueOf(file.getFileName());
	}

	private static void requireDirectory(Path directory) {
		if (PrivateFiles.exists(directory) && !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
			throw new StoreException(Fault.UNSAFE, "Where the audit log's archive belongs there is a link or a file",
					null);
		}
	}

}
