package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

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

	private final FileStore.Settings settings;

	private final Disk disk;

	private volatile long others;

	LogRoom(FileStore.Settings settings) {
		this.settings = settings;
		this.disk = new Disk(PrivateFiles.directoryOf(settings.file()));
	}

	/**
	 * How many bytes the file that is appended to and all files of a chain hold.
	 */
	record Size(long current, long all) {

		Size plus(long bytes) {
			return new Size(this.current + bytes, this.all + bytes);
		}

	}

	Disk disk() {
		return this.disk;
	}

	/**
	 * Takes note of how many bytes stand beside the chain's own files.
	 */
	void setOthers(long bytes) {
		this.others = bytes;
	}

	void require(Size size) {
		StoreException fault = fault(size);
		if (fault != null) {
			throw fault;
		}
	}

	/**
	 * Why there is no room for something that must be recorded, or null if there is.
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
		return Math.min(Disk.NEEDED, this.settings.maxTotalSize() / RESERVED_SHARE);
	}

	private boolean isFileFull(long size, int length) {
		return !this.settings.rotateOnSize() && size > 0 && size + length > this.settings.maxSize();
	}

	/**
	 * How much room a disk has, as far as it can be told. Safe for use by several
	 * threads.
	 */
	static final class Disk {

		/**
		 * What must be left for a call to be made: more than any entry, each of which has
		 * at most 64 KiB of metadata.
		 */
		static final long NEEDED = 512 * 1024;

		/** How operating systems say that a disk, or a user's share of it, is full. */
		private static final List<String> FULL = List.of("no space left", "not enough space", "quota exceeded");

		private final Path directory;

		/** Whether bytes found no room, which counts until some was made. */
		private volatile boolean refused;

		Disk(Path directory) {
			this.directory = directory;
		}

		/**
		 * Why there is no room for calls, or null if there is.
		 */
		@Nullable StoreException fault() {
			try {
				return (usable() < NEEDED) ? StoreException.full() : null;
			}
			catch (IOException ex) {
				return StoreException.unwritable(ex);
			}
		}

		/**
		 * Whether there is no room for calls, or bytes found none.
		 */
		boolean isShort() {
			return this.refused || excess() > NEEDED;
		}

		/**
		 * Whether there is room for more bytes, as far as it can be told.
		 */
		boolean hasRoomFor(long bytes) throws IOException {
			return usable() >= bytes;
		}

		/**
		 * How many bytes should be deleted, not positive if none have to be: when there
		 * is room for calls again, there should be some for their outcomes.
		 */
		long excess() {
			try {
				long excess = 2 * NEEDED - usable();
				return this.refused ? Math.max(NEEDED, excess) : excess;
			}
			catch (IOException ex) {
				return 0;
			}
		}

		void failed(Throwable cause) {
			String message = (cause instanceof IOException) ? String.valueOf(cause.getMessage()) : "";
			String lower = message.toLowerCase(Locale.ROOT);
			if (FULL.stream().anyMatch(lower::contains)) {
				this.refused = true;
			}
		}

		/**
		 * Takes note that what could be deleted was: it is to be seen whether that helps.
		 */
		void swept() {
			this.refused = false;
		}

		/**
		 * Asking a file is fast, but it answers 0 as well if it cannot find out. There
		 * are file systems that do not tell.
		 */
		private long usable() throws IOException {
			boolean ordinary = this.directory.getFileSystem() == FileSystems.getDefault();
			long usable = ordinary ? this.directory.toFile().getUsableSpace()
					: Files.getFileStore(this.directory).getUsableSpace();
			boolean told = usable > 0 || Files.getFileStore(this.directory).getTotalSpace() > 0;
			return told ? usable : Long.MAX_VALUE;
		}

	}

}
