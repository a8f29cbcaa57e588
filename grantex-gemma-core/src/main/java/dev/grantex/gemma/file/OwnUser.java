package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * To whom belongs what this process creates. On a network share or a mapped volume that
 * need not be the user it runs as, so a file is created to find out.
 */
final class OwnUser {

	private static final int ROOT = 0;

	private static final Path THIS_PROCESS = Path.of("/proc/self");

	/** By file system. Process-wide, as the user that a process runs as is. */
	private static final Map<Long, Integer> KNOWN = new ConcurrentHashMap<>();

	private OwnUser() {
	}

	/**
	 * Whether a file belongs to root, who can do anything anyway, or to whom a file
	 * belongs that this process creates.
	 * @param status the file's or directory's
	 * @param directory where a file can be created to find out
	 */
	static boolean owns(UnixStatus status, Path directory) throws IOException {
		return status.owner() == ROOT || status.owner() == in(directory);
	}

	private static int in(Path directory) throws IOException {
		long device = UnixStatus.of(directory).device();
		Integer known = KNOWN.get(device);
		if (known != null) {
			return known;
		}
		try {
			int found = ofCreated(directory.resolve("." + UUID.randomUUID() + ".tmp"));
			KNOWN.put(device, found);
			return found;
		}
		catch (IOException ex) {
			// What may only be read can still be safe.
			if (Files.exists(THIS_PROCESS)) {
				return UnixStatus.of(THIS_PROCESS).owner();
			}
			throw ex;
		}
	}

	private static int ofCreated(Path path) throws IOException {
		Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		try {
			return UnixStatus.of(path, LinkOption.NOFOLLOW_LINKS).owner();
		}
		finally {
			Files.deleteIfExists(path);
		}
	}

}
