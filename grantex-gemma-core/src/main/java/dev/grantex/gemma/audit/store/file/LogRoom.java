package dev.grantex.gemma.audit.store.file;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.StoreException;

/**
 * Whether there is room for another entry: in the current file if it may not be rotated,
 * among all files beside each other, and on the disk. Calls are refused a little before
 * the room ends, so that the outcomes of those under way can still be recorded. Lists no
 * files. Safe for use by several threads.
 */
final class LogRoom {

	/** How much of a small total may be reserve. */
	private static final int RESERVED_SHARE = 8;

	private static final int SHORTEST_ENTRY = 512;

	private final FileSettings settings;

	private final DiskSpace disk;

	private volatile long others;

	LogRoom(FileSettings settings) {
		this.settings = settings;
		this.disk = new DiskSpace(PrivateFiles.directoryOf(settings.file()));
	}

	/**
	 * How many bytes the file that is appended to and all files of a chain hold.
	 */
	record Size(long current, long all) {

		Size plus(long bytes) {
			return new Size(this.current + bytes, this.all + bytes);
		}

	}

	DiskSpace disk() {
		return this.disk;
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
	 * @throws StoreException if there is none, or that cannot be found out
	 */
	void require(Size size) {
		StoreException fault = fault(size);
		if (fault != null) {
			throw fault;
		}
	}

	/**
	 * Why there is no room for something that must be recorded, or null if there is.
	 * @param size what the chain's files hold
	 */
	@Nullable StoreException fault(Size size) {
		if (isFileFull(size.current(), SHORTEST_ENTRY) || isExhausted(size)) {
			return StoreException.full();
		}
		return this.disk.fault();
	}

	/**
	 * Checks for room for an entry. There always is for an outcome: it is the next call
	 * that is refused.
	 * @param size what the chain's files hold
	 * @param length how many bytes the entry needs
	 * @param reserved whether it may use the room that is kept from others
	 * @throws StoreException if there is none
	 */
	void require(Size size, int length, boolean reserved) {
		if (!reserved && (isFileFull(size.current(), length) || left(size) < length + reserve() / 2)) {
			throw StoreException.full();
		}
	}

	/**
	 * Whether there is no room for calls among all files, or on the disk.
	 */
	boolean isWanting(Size size) {
		return isExhausted(size) || this.disk.isShort();
	}

	/**
	 * Whether that is so, or will soon be.
	 */
	boolean isNearlyWanting(Size size) {
		return left(size) < SHORTEST_ENTRY + 2 * reserve() || this.disk.isShort();
	}

	/**
	 * How many bytes are too many: for another file to be written, or for the disk. Not
	 * positive if none are.
	 */
	long excess(Size size) {
		return Math.max(this.settings.maxSize() + reserve() - left(size), this.disk.excess());
	}

	private boolean isExhausted(Size size) {
		return left(size) < SHORTEST_ENTRY + reserve();
	}

	private long left(Size size) {
		return this.settings.maxTotalSize() - this.others - size.all();
	}

	private long reserve() {
		return Math.min(DiskSpace.NEEDED, this.settings.maxTotalSize() / RESERVED_SHARE);
	}

	private boolean isFileFull(long size, int length) {
		return !this.settings.rotateOnSize() && size > 0 && size + length > this.settings.maxSize();
	}

}
