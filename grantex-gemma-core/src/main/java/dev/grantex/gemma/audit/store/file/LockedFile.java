package dev.grantex.gemma.audit.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.StoreException;

/**
 * A log file that nobody else writes as long as it is open here, whatever becomes of the
 * lock files: a byte far beyond its end is locked on the channel that it is written with.
 * <p>
 * POSIX drops all of a process's locks on a file, unnoticed, when any of its descriptors
 * for the file is closed. So whoever reads the file in this process gets a view of that
 * channel; and because code that is not of this package may close a descriptor, the lock
 * is {@linkplain #renewLock() renewed}: there are two bytes, and the one is locked before
 * the other is let go. Who wants the file must get both at once.
 * <p>
 * Safe for use by several threads.
 */
final class LockedFile implements Closeable {

	private static final long FIRST_BYTE = Long.MAX_VALUE - 2;

	private static final int BYTES = 2;

	private final @Nullable Object identity;

	private FileChannel channel;

	/**
	 * Another one that nothing is done with: a thread that is interrupted while it uses
	 * the former closes that, and a file that was removed could not be opened again.
	 */
	private @Nullable FileChannel spare;

	private @Nullable FileLock lock;

	private int views;

	private boolean closed;

	private LockedFile(FileChannel channel, @Nullable Object identity) {
		this.channel = channel;
		this.identity = identity;
	}

	/**
	 * Locks a file.
	 * @param channel opened at the path, closed with the file
	 * @throws StoreException if another process has it
	 * @throws OverlappingFileLockException if it is locked in this process
	 * @throws StoreException if another one came to the path meanwhile
	 */
	static LockedFile of(Path path, FileChannel channel) throws IOException {
		LockedFile file = new LockedFile(channel, PrivateFiles.identity(path));
		file.lock();
		file.spare = file.opened(path);
		return file;
	}

	interface Operation<T> {

		T run(FileChannel channel) throws IOException;

	}

	/**
	 * Opens the file at a path, which must be this one.
	 * @throws StoreException if it is another
	 */
	private FileChannel opened(Path path) throws IOException {
		FileChannel opened = PrivateFiles.openExisting(path);
		boolean same = false;
		try {
			same = isAt(path) && isOf(opened);
		}
		finally {
			if (!same) {
				opened.close();
			}
		}
		if (!same) {
			throw StoreException.displaced();
		}
		return opened;
	}

	/**
	 * A view with a position of its own, which can be closed without closing the file, or
	 * null if that is closed.
	 */
	synchronized @Nullable FileChannel view() {
		if (this.closed) {
			return null;
		}
		this.views++;
		return new LockedFiles.View(this);
	}

	@Nullable Object identity() {
		return this.identity;
	}

	boolean isAt(Path path) {
		return PrivateFiles.isAt(path, this.identity);
	}

	/**
	 * The channel to write with. A thread that is interrupted closes it.
	 */
	synchronized FileChannel channel() {
		return this.channel;
	}

	/**
	 * Does something with the channel, whatever becomes of the one that the file had at
	 * first. That the thread was interrupted before must not close it under the writer.
	 */
	<T> T use(Operation<T> operation) throws IOException {
		boolean interrupted = Thread.interrupted();
		try {
			FileChannel used = channel();
			while (true) {
				try {
					return operation.run(used);
				}
				catch (ClosedByInterruptException ex) {
					throw ex;
				}
				catch (ClosedChannelException ex) {
					if (channel() == used && !isLeft()) {
						throw ex;
					}
					used = channel();
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Makes sure that the file is locked, also if a descriptor for it was closed. Who
	 * took it meanwhile has one of the two bytes, so both are tried, and keeps it.
	 * @throws StoreException if another process took it meanwhile
	 */
	synchronized void renewLock() throws IOException {
		FileLock held = this.lock;
		if (held == null || !held.isValid()) {
			lock();
			return;
		}
		FileLock other = null;
		try {
			other = required(this.channel.tryLock(FIRST_BYTE + 1, 1, false));
			held.release();
			this.lock = required(this.channel.tryLock(FIRST_BYTE, 1, false));
			other.release();
		}
		catch (IOException | RuntimeException ex) {
			this.lock = null;
			((other != null) ? other : held).release();
			throw ex;
		}
	}

	/**
	 * Opens the file anew, and locks it again.
	 * @throws StoreException if another one is at the path; nothing was changed then
	 * @throws StoreException if another process took the file meanwhile
	 */
	synchronized void reopen(Path path) throws IOException {
		if (!isAt(path)) {
			throw StoreException.displaced();
		}
		FileChannel next = opened(path);
		this.lock = null;
		this.channel.close();
		this.channel = next;
		lock();
		if (this.spare == null) {
			this.spare = opened(path);
		}
	}

	/**
	 * Whether the file can still be read, whatever lies in its place, and locks it again
	 * if its channel was closed.
	 */
	synchronized boolean isLeft() throws IOException {
		FileChannel next = this.spare;
		if (this.channel.isOpen() || next == null) {
			return this.channel.isOpen();
		}
		this.spare = null;
		this.channel = next;
		if (!this.closed) {
			lock();
		}
		return true;
	}

	/**
	 * Whether a channel is one of this file. The path alone could have stood for another
	 * when it was opened; but in this process only the file itself is locked already.
	 */
	private boolean isOf(FileChannel other) throws IOException {
		FileLock held = this.lock;
		if (held == null || !held.isValid()) {
			return true;
		}
		try {
			FileLock probe = other.tryLock(held.position(), held.size(), false);
			if (probe != null) {
				probe.release();
			}
			return false;
		}
		catch (OverlappingFileLockException ex) {
			return true;
		}
	}

	/**
	 * Nobody gets both bytes while somebody has one.
	 */
	private void lock() throws IOException {
		required(this.channel.tryLock(FIRST_BYTE, BYTES, false)).release();
		this.lock = required(this.channel.tryLock(FIRST_BYTE, 1, false));
	}

	private static FileLock required(@Nullable FileLock lock) {
		return Objects.requireNonNullElseGet(lock, () -> {
			throw StoreException.inUse(false);
		});
	}

	synchronized void viewClosed() throws IOException {
		this.views--;
		if (this.closed && this.views == 0) {
			closeChannels();
		}
	}

	private void closeChannels() throws IOException {
		try (FileChannel first = this.spare; FileChannel last = this.channel) {
			this.spare = null;
		}
	}

	/**
	 * Lets others have the file. Views that are still open go on.
	 */
	@Override
	public synchronized void close() throws IOException {
		if (this.closed) {
			return;
		}
		this.closed = true;
		LockedFiles.forget(this);
		if (this.views == 0) {
			closeChannels();
		}
		else if (this.lock != null && this.lock.isValid()) {
			this.lock.release();
		}
	}

}
