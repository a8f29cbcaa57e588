package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/**
 * Whether a file, and the directory that holds it, belong to this application alone, as
 * far as their file system tells.
 */
final class FileOwnership {

	private static final FileAttribute<?> OWNER_ONLY_FILE = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

	private static final FileAttribute<?> OWNER_ONLY_DIRECTORY = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

	private final Path path;

	private final Path directory;

	FileOwnership(Path path) {
		this.path = path;
		this.directory = Objects.requireNonNull(path.getParent(), "directory");
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
		return UnixStatus.isKnownIn(this.path.getFileSystem());
	}

	boolean isOwnerOnly() throws IOException {
		return !hasPermissions() || UnixStatus.of(this.path, LinkOption.NOFOLLOW_LINKS).isOwnerOnly();
	}

	/**
	 * Refuses a file that could be changed through another name or by another user, in a
	 * directory where it could be replaced by another user.
	 */
	void require() throws IOException {
		BasicFileAttributes attributes = Files.readAttributes(this.path, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (attributes.isSymbolicLink()) {
			throw new UnsafeFileException(theFile() + " is a symbolic link: put the file itself in its place",
					this.path);
		}
		if (!attributes.isRegularFile()) {
			throw somethingElse();
		}
		if (!hasPermissions()) {
			return;
		}
		UnixStatus status = UnixStatus.of(this.path, LinkOption.NOFOLLOW_LINKS);
		if (status.links() > 1) {
			throw new UnsafeFileException(theFile() + " has further hard links: replace it by a copy without them",
					this.path);
		}
		if (status.isWritableByOthers()) {
			throw new UnsafeFileException(
					theFile() + " may be written by others: make sure nobody did and run chmod 600 on it", this.path);
		}
		if (!OwnUser.owns(status, this.directory)) {
			throw new UnsafeFileException(
					theFile() + " belongs to another user: make sure nobody changed it and run chown on it", this.path);
		}
		requireDirectory();
	}

	/**
	 * Refuses the directory that holds the file, if there is one, where another user
	 * could put a file of that name. Those above are left to the administrator.
	 */
	void requireDirectory() throws IOException {
		if (!hasPermissions()) {
			return;
		}
		UnixStatus status;
		try {
			status = UnixStatus.of(this.directory);
		}
		catch (NoSuchFileException ex) {
			return;
		}
		if (status.isWritableByOthers()) {
			throw new UnsafeFileException(
					"The directory of " + this.path.getFileName() + " may be written by others: "
							+ "make sure nobody did and run chmod 700 on it, or name a directory below it",
					this.directory);
		}
		if (!OwnUser.owns(status, this.directory)) {
			throw new UnsafeFileException(
					"The directory of " + this.path.getFileName()
							+ " belongs to another user: run chown on it, or name a directory below it",
					this.directory);
		}
	}

	UnsafeFileException somethingElse() {
		return new UnsafeFileException(
				"Where " + this.path.getFileName() + " belongs there is something else: move it away", this.path);
	}

	/**
	 * By its name alone: who may read the application's log knows where its files are.
	 */
	private String theFile() {
		return "The file " + this.path.getFileName();
	}

}
