package dev.grantex.gemma.audit;

import java.nio.file.FileSystems;
import java.nio.file.Path;

/**
 * Whether there is room for another entry: in the current file if it may not be rotated,
 * among all files beside each other, and on the disk. Calls are refused a little before
 * the room ends, so that the outcomes of those under way can still be recorded. Lists no
 * files. Safe for use by several threads.
 */
final class LogRoom {

	/** More than any entry: each has at most 64 KiB of metadata. */
	private static final long RESERVE = 512 * 1024;

	/** How much of a small total may be reserve. */
	private static final int RESERVED_SHARE = 8;

	private static final int SHORTEST_ENTRY = 512;

	private final LogSettings settings;

	private volatile long others;

	LogRoom(LogSettings settings) {
		this.settings = settings;
	}

	/**
	 * Takes note of how many bytes stand beside the chain's own files.
	 */
	void setOthers(long bytes) {
		this.others = bytes;
	}

	/**
	 * Checks for room before something is done that must be recorded.
	 * @param size what the chain's files hold
	 * @throws AuditLogException if there is none
	 */
	void require(LogSize size) {
		if (!isAvailable(size)) {
			throw AuditLogException.full();
		}
	}

	/**
	 * Whether there is room for something that must be recorded.
	 * @param size what the chain's files hold
	 */
	boolean isAvailable(LogSize size) {
		return !isFileFull(size.current(), SHORTEST_ENTRY) && !isExhausted(size) && hasDiskSpace(this.settings.file());
	}

	/**
	 * Checks for room for an entry. There always is for an outcome: it is the next call
	 * that is refused.
	 * @param size what the chain's files hold
	 * @param length how many bytes the entry needs
	 * @param kind what the entry is there for
	 * @throws AuditLogException if there is none
	 */
	void require(LogSize size, int length, EntryKind kind) {
		if (kind != EntryKind.OUTCOME && (isFileFull(size.current(), length) || left(size) < length + reserve() / 2)) {
			throw AuditLogException.full();
		}
	}

	/**
	 * Whether all files together leave no room for calls.
	 */
	boolean isExhausted(LogSize size) {
		return left(size) < SHORTEST_ENTRY + reserve();
	}

	/**
	 * Whether that will soon be so.
	 */
	boolean isNearlyExhausted(LogSize size) {
		return left(size) < SHORTEST_ENTRY + 2 * reserve();
	}

	/**
	 * How many bytes are too many for another file to be written, not positive if none
	 * are.
	 */
	long excess(LogSize size) {
		return this.settings.maxSize() + reserve() - left(size);
	}

	private long left(LogSize size) {
		return this.settings.maxTotalSize() - this.others - size.all();
	}

	private long reserve() {
		return Math.min(RESERVE, this.settings.maxTotalSize() / RESERVED_SHARE);
	}

	private boolean isFileFull(long size, int length) {
		return !this.settings.rotateOnSize() && size > 0 && size + length > this.settings.maxSize();
	}

	private static boolean hasDiskSpace(Path file) {
		boolean known = file.getFileSystem() == FileSystems.getDefault();
		return !known || PrivateFiles.directoryOf(file).toFile().getUsableSpace() >= RESERVE;
	}

}
