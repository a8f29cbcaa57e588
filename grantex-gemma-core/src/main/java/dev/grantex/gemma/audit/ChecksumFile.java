package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@value #NAME} of a directory, in the format of the {@code sha256sum} command
 * of GNU coreutils: for every other file a line of its digest, two spaces and its name,
 * sorted by name. A name with a backslash or the end of a line in it is escaped, which a
 * backslash at the beginning of the line tells.
 */
final class ChecksumFile {

	static final String NAME = "SHA256SUMS";

	private static final int MAX_LENGTH = 4 * 1024 * 1024;

	private static final Pattern LINE = Pattern.compile("(\\\\?)([0-9a-f]{64})  (.+)");

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
	 * @throws AuditLogException if a file is not safe from others, or the file cannot be
	 * written
	 */
	void write() throws IOException {
		StringBuilder lines = new StringBuilder();
		for (Map.Entry<String, Path> file : files().entrySet()) {
			String name = escape(file.getKey());
			lines.append(name.equals(file.getKey()) ? "" : "\\")
				.append(digest(file.getValue()))
				.append("  ")
				.append(name)
				.append('\n');
		}
		PrivateFiles.replace(this.file, lines.toString().getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Checks every file that is listed.
	 * @throws AuditLogException if one is missing or has changed
	 */
	void verify() throws IOException {
		String text = new String(PrivateFiles.content(this.file, MAX_LENGTH).orElseThrow(AuditLogException::missing),
				StandardCharsets.UTF_8);
		Map<String, Path> files = files();
		// The last line has an end, too.
		for (String line : text.replaceFirst("\n\\z", "").split("\n", -1)) {
			Matcher matcher = LINE.matcher(line);
			if (!matcher.matches()) {
				throw AuditLogException.corrupted();
			}
			String name = matcher.group(1).isEmpty() ? matcher.group(3) : unescape(matcher.group(3));
			Path file = files.get(name);
			if (file == null || !digest(file).equals(matcher.group(2))) {
				throw AuditLogException.corrupted();
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
	SortedMap<String, Path> files() throws IOException {
		SortedMap<String, Path> files = new TreeMap<>();
		try (DirectoryStream<Path> found = Files.newDirectoryStream(this.directory)) {
			for (Path file : found) {
				String name = String.valueOf(file.getFileName());
				boolean leftover = name.startsWith("." + NAME + ".") && name.endsWith(".tmp");
				if (!name.equals(NAME) && !leftover && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
					files.put(name, file);
				}
			}
		}
		return files;
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

	private static String unescape(String name) {
		StringBuilder unescaped = new StringBuilder();
		for (int i = 0; i < name.length(); i++) {
			char character = name.charAt(i);
			if (character == '\\' && i + 1 < name.length()) {
				i++;
				char escaped = name.charAt(i);
				character = (escaped == 'n') ? '\n' : ((escaped == 'r') ? '\r' : escaped);
			}
			unescaped.append(character);
		}
		return unescaped.toString();
	}

}
