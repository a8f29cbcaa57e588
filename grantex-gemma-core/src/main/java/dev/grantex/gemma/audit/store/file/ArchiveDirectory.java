package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * A directory below {@value #ROOT}, beside the audit log, that holds the files of one
 * chain. It is complete when its checksums are there.
 */
final class ArchiveDirectory {

	static final String ROOT = "archive";

	static final String PUBLIC_KEYS = "public-keys.pem";

	private static final Set<String> RESERVED = Set.of(PUBLIC_KEYS, ChecksumFile.NAME);

	private final Path path;

	private final ChecksumFile checksums;

	private ArchiveDirectory(Path path) {
		this.path = path;
		this.checksums = new ChecksumFile(path);
	}

	/**
	 * The directory for a bundle's chain. A complete one gets no further files: if there
	 * are any, as after a restored backup, they get another directory.
	 * @param anything whether there are files to be archived
	 * @throws StoreException if it, or the one above, is a link or no directory
	 */
	static ArchiveDirectory of(SegmentNames names, String bundleId, boolean anything) throws IOException {
		Path root = names.active().resolveSibling(ROOT);
		requireDirectory(root);
		String name = nameOf(bundleId);
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
		return this.path.resolve(String.valueOf(file.getFileName()));
	}

	/**
	 * The files that are here already.
	 */
	Collection<Path> files() throws IOException {
		return Files.isDirectory(this.path, LinkOption.NOFOLLOW_LINKS) ? this.checksums.files() : Set.of();
	}

	boolean isComplete() {
		return this.checksums.exists();
	}

	/**
	 * Creates the directory if it does not exist, durably.
	 */
	void create() throws IOException {
		PrivateFiles.createDirectories(this.path.resolve(ChecksumFile.NAME));
		requireDirectory(this.path);
	}

	/**
	 * Moves a file here as it is, durably. What has its name already keeps it.
	 */
	void take(Path file) throws IOException {
		Path target = resolve(file);
		if (RESERVED.contains(String.valueOf(file.getFileName())) || PrivateFiles.exists(target)) {
			target = SegmentNames.aside(target, "other");
		}
		Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
		PrivateFiles.forceDirectoryOf(target);
	}

	/**
	 * Writes the public keys, unless they are gone, and then the checksums.
	 * @throws StoreException if they cannot be written
	 */
	void complete(@Nullable String publicKeys) throws IOException {
		if (publicKeys != null) {
			PrivateFiles.replace(this.path.resolve(PUBLIC_KEYS), publicKeys.getBytes(StandardCharsets.US_ASCII));
		}
		this.checksums.write();
	}

	/**
	 * Checks that a complete directory is as it was when it was completed.
	 * @throws StoreException if not
	 */
	void verify() throws IOException {
		this.checksums.verify();
	}

	String sha256() throws IOException {
		return this.checksums.sha256();
	}

	private static String nameOf(String bundleId) {
		boolean onlyDots = bundleId.replace(".", "").isEmpty();
		return SegmentNames.fileSafe(onlyDots ? bundleId + "/" : bundleId);
	}

	private static void requireDirectory(Path directory) {
		if (PrivateFiles.exists(directory) && !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
			throw new StoreException(Fault.UNSAFE, "Where the audit log's archive belongs there is a link or a file",
					null);
		}
	}

}
