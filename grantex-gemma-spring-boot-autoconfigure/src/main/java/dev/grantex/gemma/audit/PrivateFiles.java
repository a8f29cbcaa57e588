package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * Files that only their owner may touch and that are never reached through a link.
 */
final class PrivateFiles {

	private static final FileAttribute<?> FILE_MODE = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

	private static final FileAttribute<?> DIRECTORY_MODE = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

	private PrivateFiles() {
	}

	static void createDirectories(Path directory) throws IOException {
		if (Files.isDirectory(directory)) {
			return;
		}
		Files.createDirectories(directory,
				isPosix(directory) ? new FileAttribute<?>[] { DIRECTORY_MODE } : new FileAttribute<?>[0]);
	}

	/**
	 * Opens a file for reading and writing and creates it if it does not exist.
	 * @throws AuditLogException if it is a link, or others may write to it
	 */
	static FileChannel open(Path file) throws IOException {
		boolean created = !exists(file);
		if (!created) {
			requirePrivate(file);
		}
		Set<OpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE,
				LinkOption.NOFOLLOW_LINKS);
		FileChannel channel = FileChannel.open(file, options,
				isPosix(file) ? new FileAttribute<?>[] { FILE_MODE } : new FileAttribute<?>[0]);
		try {
			requirePrivate(file);
			if (created) {
				forceDirectoryOf(file);
			}
			return channel;
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	static boolean exists(Path file) {
		return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * Checks that a file is a regular one with a single name that only its owner may
	 * write to. Where the file system knows no owners, only the former can be checked.
	 * @throws AuditLogException if it is not
	 */
	static void requirePrivate(Path file) throws IOException {
		if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
			throw AuditLogException.unsafe();
		}
		if (!isPosix(file)) {
			return;
		}
		Map<String, Object> attributes = Files.readAttributes(file, "unix:nlink,permissions",
				LinkOption.NOFOLLOW_LINKS);
		Object permissions = attributes.get("permissions");
		boolean sharedWriting = permissions instanceof Set<?> set
				&& (set.contains(PosixFilePermission.GROUP_WRITE) || set.contains(PosixFilePermission.OTHERS_WRITE));
		if (sharedWriting || !Integer.valueOf(1).equals(attributes.get("nlink"))) {
			throw AuditLogException.unsafe();
		}
	}

	/**
	 * Gives a file another name in its directory, durably, and never replaces one.
	 */
	static void rename(Path from, Path to) throws IOException {
		if (exists(to)) {
			throw new FileAlreadyExistsException(null);
		}
		Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
		forceDirectoryOf(to);
	}

	/**
	 * Replaces a file by another that is already forced, durably.
	 */
	static void replace(Path from, Path to) throws IOException {
		Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		forceDirectoryOf(to);
	}

	static void forceDirectoryOf(Path file) throws IOException {
		if (!isPosix(file)) {
			return;
		}
		try (FileChannel directory = FileChannel.open(directoryOf(file), StandardOpenOption.READ)) {
			directory.force(true);
		}
	}

	static Path directoryOf(Path file) {
		Path parent = file.toAbsolutePath().getParent();
		if (parent == null) {
			throw new IllegalArgumentException("A directory is not a log");
		}
		return parent;
	}

	private static boolean isPosix(Path file) {
		return file.getFileSystem().supportedFileAttributeViews().contains("unix");
	}

}
