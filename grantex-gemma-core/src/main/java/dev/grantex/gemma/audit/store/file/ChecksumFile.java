package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.grantex.gemma.audit.json.Sha256;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * The file {@value #NAME} of a directory, in the format of the {@code sha256sum} command
 * of GNU coreutils: for every other file a line of its digest, two spaces and its name,
 * sorted by name. A name with a backslash or the end of a line in it is escaped, which a
 * backslash at the beginning of the line tells.
 */
final class ChecksumFile {

	static final String NAME = "SHA256SUMS";

	private static final int MAX_LENGTH = 4 * 1024 * 1024;

	private static final String SEPARATOR = "  ";

	private final Path directory;

	private final Path file;

	ChecksumFile(Path directory) {
		this.directory = directory;
		this.file = directory.resolve(NAME);
	}

	boolean exists() {
		return PrivateFiles.exists(this.file);
	}

	/**
	 * Forces all other files and writes the file, durably.
	 * @throws StoreException if a file is not safe from others, or the file cannot be
	 * written
	 */
	void write() throws IOException {
		StringBuilder lines = new StringBuilder();
		for (Path file : files()) {
			lines.append(line(file)).append('\n');
		}
		PrivateFiles.replace(this.file, lines.toString().getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Checks every file that is listed.
	 * @throws StoreException if one is missing or has changed
	 */
	void verify() throws IOException {
		String text = new String(PrivateFiles.content(this.file, MAX_LENGTH).orElseThrow(StoreException::missing),
				StandardCharsets.UTF_8);
		Map<String, Path> files = files().stream().collect(Collectors.toMap(ChecksumFile::escapedName, (file) -> file));
		// The last line has an end, too.
		for (String line : text.replaceFirst("\n\\z", "").split("\n", -1)) {
			int name = line.indexOf(SEPARATOR);
			Path file = (name >= 0) ? files.get(line.substring(name + SEPARATOR.length())) : null;
			if (file == null || !line.equals(line(file))) {
				throw StoreException.corrupted();
			}
		}
	}

	/**
	 * The SHA-256 of the file itself.
	 */
	String sha256() throws IOException {
		return digest(this.file);
	}

	/**
	 * All other files, but for what an interrupted writing has left.
	 */
	List<Path> files() throws IOException {
		List<Path> files = new ArrayList<>();
		try (DirectoryStream<Path> found = Files.newDirectoryStream(this.directory)) {
			for (Path file : found) {
				String name = String.valueOf(file.getFileName());
				boolean leftover = name.startsWith("." + NAME + ".") && name.endsWith(".tmp");
				if (!name.equals(NAME) && !leftover && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
					files.add(file);
				}
			}
		}
		files.sort(Comparator.comparing((file) -> String.valueOf(file.getFileName())));
		return files;
	}

	private static String line(Path file) throws IOException {
		String name = escapedName(file);
		return (name.indexOf('\\') >= 0 ? "\\" : "") + digest(file) + SEPARATOR + name;
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

	private static String escapedName(Path file) {
		String name = String.valueOf(file.getFileName());
		return name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
	}

}
