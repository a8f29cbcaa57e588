package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.StoreException;

/**
 * The files that this process has locked, so that none of them is opened once more.
 */
public final class LockedFiles {

	/** By what tells them from others, where the file system can tell. */
	private static final Map<Object, LockedFile> OPEN = new ConcurrentHashMap<>();

	private LockedFiles() {
	}

	/**
	 * What opens a file.
	 */
	private interface Opening {

		FileChannel open(Path path) throws IOException;

	}

	/**
	 * Opens a file that exists.
	 * @throws StoreException if somebody has it open
	 */
	static LockedFile open(Path path) throws IOException {
		return lock(path, PrivateFiles::openExisting);
	}

	/**
	 * Opens a file, creating it if it does not exist.
	 * @throws StoreException if somebody has it open
	 */
	static LockedFile create(Path path) throws IOException {
		return lock(path, PrivateFiles::create);
	}

	private static LockedFile lock(Path path, Opening opening) throws IOException {
		Object before = PrivateFiles.exists(path) ? PrivateFiles.identity(path) : null;
		if (before != null && OPEN.containsKey(before)) {
			throw StoreException.inUse(true);
		}
		HeldElsewhere.require(before);
		FileChannel channel = opening.open(path);
		try {
			LockedFile file = LockedFile.of(path, channel);
			if (file.identity() != null) {
				OPEN.put(file.identity(), file);
			}
			return file;
		}
		catch (OverlappingFileLockException ex) {
			HeldElsewhere.keep(PrivateFiles.identity(path), channel);
			throw StoreException.inUse(true);
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	/**
	 * A view of the file at a path, if it is one of those that are open, or null.
	 */
	public static @Nullable FileChannel viewOf(Path path) throws IOException {
		if (OPEN.isEmpty() || !PrivateFiles.exists(path)) {
			return null;
		}
		Object identity = PrivateFiles.identity(path);
		LockedFile open = (identity != null) ? OPEN.get(identity) : null;
		return (open != null) ? open.view() : null;
	}

	/**
	 * Forgets a file that is about to be closed.
	 */
	static void forget(LockedFile file) {
		if (file.identity() != null) {
			OPEN.remove(file.identity(), file);
		}
	}

}
