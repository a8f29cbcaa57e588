package dev.grantex.gemma.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Whether a file belongs to this application alone, as far as its file system tells.
 */
final class FileOwnership {

	private static final FileAttribute<?> OWNER_ONLY_FILE = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

	private static final FileAttribute<?> OWNER_ONLY_DIRECTORY = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

	private static final int WRITABLE_BY_OTHERS = 0022;

	private static final int ANYTHING_BY_OTHERS = 0077;

	private final Path path;

	FileOwnership(Path path) {
		this.path = path;
	}

	/**
	 * The attributes to create a file with.
	 */
	FileAttribute<?>[] forNewFile() {
		return hasPermissions() ? new FileAttribute<?>[] { OWNER_ONLY_FILE } : new FileAttribute<?>[0];
	}

	/**
	 * The attributes to create a directory with.
	 */
	FileAttribute<?>[] forNewDirectory() {
		return hasPermissions() ? new FileAttribute<?>[] { OWNER_ONLY_DIRECTORY } : new FileAttribute<?>[0];
	}

	boolean hasPermissions() {
		return this.path.getFileSystem().supportedFileAttributeViews().contains("unix");
	}

	boolean isOwnerOnly() throws IOException {
		return !hasPermissions() || (unixAttribute("mode") & ANYTHING_BY_OTHERS) == 0;
	}

	/**
	 * Refuses a file that could be changed through another name or by another user.
	 */
	void require() throws IOException {
		BasicFileAttributes attributes = Files.readAttributes(this.path, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (attributes.isSymbolicLink()) {
			throw new UnsafeFileException(
					"A file of this application is a symbolic link: put the file itself in its place");
		}
		if (!attributes.isRegularFile()) {
			throw new UnsafeFileException(
					"Where a file of this application belongs there is something else: move it away");
		}
		if (!hasPermissions()) {
			return;
		}
		if (unixAttribute("nlink") > 1) {
			throw new UnsafeFileException(
					"A file of this application has further hard links: replace it by a copy without them");
		}
		if ((unixAttribute("mode") & WRITABLE_BY_OTHERS) != 0) {
			throw new UnsafeFileException("A file of this application may be written by its group or by others: "
					+ "make sure nobody did and run chmod 600 on it");
		}
	}

	private int unixAttribute(String name) throws IOException {
		Map<String, Object> attributes = Files.readAttributes(this.path, "unix:" + name, LinkOption.NOFOLLOW_LINKS);
		if (attributes.get(name) instanceof Integer value) {
			return value;
		}
		throw new IOException("A file could not be inspected");
	}

}
