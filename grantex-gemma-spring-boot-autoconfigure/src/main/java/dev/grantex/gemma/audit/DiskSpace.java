package dev.grantex.gemma.audit;

import java.nio.file.FileSystems;
import java.nio.file.Path;

/**
 * Whether there is room for entries on the disk.
 */
final class DiskSpace {

	/** More than the largest entry, which has 64 KiB of metadata. */
	private static final long ENOUGH = 512 * 1024;

	private DiskSpace() {
	}

	static boolean isAvailable(Path file) {
		boolean known = file.getFileSystem() == FileSystems.getDefault();
		return !known || PrivateFiles.directoryOf(file).toFile().getUsableSpace() >= ENOUGH;
	}

}
