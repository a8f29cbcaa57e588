package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * The locks that a log holds: on its chain, and on the active file's name as long as it
 * has it; and until it writes to them, or leaves them, on the files that another process
 * could be writing although the lock files say otherwise. Safe for use by several
 * threads.
 */
final class LogLocks implements AutoCloseable {

	private final LogLock chain;

	private @Nullable LogLock active;

	private final List<LockedFile> claimed = new ArrayList<>();

	private LogLocks(LogLock chain, @Nullable LogLock active) {
		this.chain = chain;
		this.active = active;
	}

	/**
	 * Takes the locks at once.
	 * @param retired whether the chain does not need the active file's name
	 * @throws StoreException if another log holds one of them, or has a file open for
	 * writing
	 */
	static LogLocks acquire(SegmentNames names, String grantId, boolean retired) throws IOException {
		LogLock active = retired ? null : LogLock.acquire(names.activeLock());
		LogLocks locks;
		try {
			locks = new LogLocks(LogLock.acquire(names.lock(grantId)), active);
		}
		catch (IOException | RuntimeException ex) {
			if (active != null) {
				active.close();
			}
			throw ex;
		}
		try {
			if (!retired) {
				locks.claim(names.active());
			}
			Map.Entry<Long, Path> last = names.closedFiles(grantId).lastEntry();
			if (last != null) {
				locks.claim(last.getValue());
			}
			return locks;
		}
		catch (IOException | RuntimeException ex) {
			locks.close();
			throw ex;
		}
	}

	/**
	 * Locks a file, if it is there, before anything is read of it. One that is unsafe, or
	 * must not be written to, is left to whoever reads it.
	 * @throws StoreException if somebody writes to it
	 */
	synchronized void claim(Path file) throws IOException {
		if (PrivateFiles.exists(file)) {
			try {
				this.claimed.add(LockedFiles.open(file));
			}
			catch (NoSuchFileException | AccessDeniedException ex) {
				// It was moved away in this moment, or cannot be locked.
			}
			catch (StoreException ex) {
				if (ex.fault() != Fault.UNSAFE) {
					throw ex;
				}
			}
		}
	}

	/**
	 * The file at a path, created if it does not exist, for whoever writes to it.
	 * @throws StoreException if somebody else does
	 */
	synchronized LockedFile take(Path file) throws IOException {
		for (Iterator<LockedFile> all = this.claimed.iterator(); all.hasNext();) {
			LockedFile next = all.next();
			if (PrivateFiles.exists(file) && next.isAt(file)) {
				next.renewLock();
				all.remove();
				return next;
			}
		}
		return LockedFiles.create(file);
	}

	synchronized void releaseClaimed() throws IOException {
		for (LockedFile file : this.claimed) {
			file.close();
		}
		this.claimed.clear();
	}

	LogLock chain() {
		return this.chain;
	}

	synchronized boolean hasActive() {
		return this.active != null;
	}

	synchronized void require() throws IOException {
		this.chain.require();
		if (this.active != null) {
			this.active.require();
		}
	}

	synchronized void releaseActive() throws IOException {
		LogLock released = this.active;
		this.active = null;
		if (released != null) {
			released.close();
		}
	}

	@Override
	public synchronized void close() throws IOException {
		try (LogLock closedLast = this.chain) {
			try {
				releaseClaimed();
			}
			finally {
				releaseActive();
			}
		}
	}

}
