package dev.grantex.gemma.audit;

import java.nio.file.FileSystems;
import java.nio.file.Path;

/**
 * Whether there is room for another entry. Calls are refused a little before the room
 * ends, so that the outcomes of those under way can still be recorded.
 */
final class LogRoom {

	/** More than any entry: each has at most 64 KiB of metadata. */
	private static final long RESERVE = 512 * 1024;

	private static final int SHORTEST_ENTRY = 512;

	private final LogSettings settings;

	LogRoom(LogSettings settings) {
		this.settings = settings;
	}

	/**
	 * Checks for room before something is done that must be recorded.
	 * @param size how many bytes the current file has
	 * @throws AuditLogException if there is none
	 */
	void require(long size) {
		if (!isAvailable(size)) {
			throw AuditLogException.full();
		}
	}

	/**
	 * Whether there is room for something that must be recorded.
	 * @param size how many bytes the current file has
	 */
	boolean isAvailable(long size) {
		return !isFileFull(size, SHORTEST_ENTRY) && hasDiskSpace(this.settings.file());
	}

	/**
	 * Checks for room for an entry. There always is for an outcome: it is the next call
	 * that is refused.
	 * @param size how many bytes the current file has
	 * @param length how many the entry needs
	 * @param kind what the entry is there for
	 * @throws AuditLogException if there is none
	 */
	void require(long size, int length, EntryKind kind) {
		if (kind != EntryKind.OUTCOME && isFileFull(size, length)) {
			throw AuditLogException.full();
		}
	}

	private boolean isFileFull(long size, int length) {
		return !this.settings.rotateOnSize() && size > 0 && size + length > this.settings.maxSize();
	}

	private static boolean hasDiskSpace(Path file) {
		boolean known = file.getFileSystem() == FileSystems.getDefault();
		return !known || PrivateFiles.directoryOf(file).toFile().getUsableSpace() >= RESERVE;
	}

}
