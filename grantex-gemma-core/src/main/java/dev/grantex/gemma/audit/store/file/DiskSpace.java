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
 * How much room a disk has, as far as it can be told. Safe for use by several threads.
 */
final class DiskSpace {

	/**
	 * What must be left for a call to be made: more than any entry, each of which has at
	 * most 64 KiB of metadata.
	 */
	static final long NEEDED = 512 * 1024;

	/** How operating systems say that a disk, or a user's share of it, is full. */
	private static final List<String> FULL = List.of("no space left", "not enough space", "quota exceeded");

	private final Path directory;

	/** Whether bytes found no room, which counts until some was made. */
	private volatile boolean refused;

	DiskSpace(Path directory) {
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
	 * How many bytes should be deleted, not positive if none have to be: when there is
	 * room for calls again, there should be some for their outcomes.
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

	/**
	 * Takes note of why something could not be written.
	 */
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
	 * Asking a file is fast, but it answers 0 as well if it cannot find out. There are
	 * file systems that do not tell.
	 */
	private long usable() throws IOException {
		boolean ordinary = this.directory.getFileSystem() == FileSystems.getDefault();
		long usable = ordinary ? this.directory.toFile().getUsableSpace()
				: Files.getFileStore(this.directory).getUsableSpace();
		boolean told = usable > 0 || Files.getFileStore(this.directory).getTotalSpace() > 0;
		return told ? usable : Long.MAX_VALUE;
	}

}
