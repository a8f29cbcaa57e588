package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.StoreException;

/**
 * Files that a log of another class loader holds, kept open because closing one would
 * drop that log's lock: POSIX drops all of a process's locks on a file when any of its
 * descriptors is closed. One for each, however often it is tried.
 */
final class HeldElsewhere {

	private static final Map<Object, FileChannel> HELD = new ConcurrentHashMap<>();

	private HeldElsewhere() {
	}

	/**
	 * Keeps the channel of an attempt that was refused.
	 * @param file what the file is known by
	 */
	static void keep(@Nullable Object file, FileChannel channel) throws IOException {
		if (file != null) {
			HELD.put(file, channel);
		}
		else {
			channel.close();
		}
	}

	/**
	 * Closes the channel of an earlier attempt, if there is one. Its file may have been
	 * replaced since, so a lock on it is worth nothing.
	 * @param file what the file is known by
	 * @throws StoreException if the other log still holds the file
	 */
	static void require(@Nullable Object file) throws IOException {
		FileChannel channel = (file != null) ? HELD.remove(file) : null;
		if (channel == null || !channel.isOpen()) {
			return;
		}
		try {
			channel.tryLock();
			channel.close();
		}
		catch (OverlappingFileLockException ex) {
			HELD.put(file, channel);
			throw StoreException.inUse(true);
		}
	}

}
