package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
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
	 * Opens a file that exists.
	 * @throws StoreException if somebody has it open
	 */
	static LockedFile open(Path path) throws IOException {
		return lock(path, false);
	}

	/**
	 * Opens a file, creating it if it does not exist.
	 * @throws StoreException if somebody has it open
	 */
	static LockedFile create(Path path) throws IOException {
		return lock(path, true);
	}

	private static LockedFile lock(Path path, boolean create) throws IOException {
		Object before = PrivateFiles.exists(path) ? PrivateFiles.identity(path) : null;
		if (before != null && OPEN.containsKey(before)) {
			throw StoreException.inUse(true);
		}
		HeldElsewhere.require(before);
		FileChannel channel = create ? PrivateFiles.create(path) : PrivateFiles.openExisting(path);
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

	static void forget(LockedFile file) {
		if (file.identity() != null) {
			OPEN.remove(file.identity(), file);
		}
	}

	/**
	 * Files that a log of another class loader holds, kept open because closing one would
	 * drop that log's lock: POSIX drops all of a process's locks on a file when any of
	 * its descriptors is closed. One for each, however often it is tried.
	 */
	static final class HeldElsewhere {

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
		 * Closes the channel of an earlier attempt, if there is one. Its file may have
		 * been replaced since, so a lock on it is worth nothing.
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

	/**
	 * A {@link LockedFile} as a channel with a position of its own. Closing it closes no
	 * descriptor.
	 * <p>
	 * Not safe for use by several threads at once.
	 */
	static final class View extends FileChannel {

		private final LockedFile file;

		private long position;

		View(LockedFile file) {
			this.file = file;
		}

		@Override
		public int read(ByteBuffer target) throws IOException {
			int read = read(target, this.position);
			this.position += Math.max(read, 0);
			return read;
		}

		@Override
		public int read(ByteBuffer target, long position) throws IOException {
			return this.file.use((channel) -> channel.read(target, position));
		}

		@Override
		public long read(ByteBuffer[] targets, int offset, int length) {
			throw new UnsupportedOperationException();
		}

		@Override
		public int write(ByteBuffer source) throws IOException {
			int written = write(source, this.position);
			this.position += written;
			return written;
		}

		@Override
		public int write(ByteBuffer source, long position) throws IOException {
			return this.file.use((channel) -> channel.write(source, position));
		}

		@Override
		public long write(ByteBuffer[] sources, int offset, int length) {
			throw new UnsupportedOperationException();
		}

		@Override
		public long position() {
			return this.position;
		}

		@Override
		public FileChannel position(long newPosition) {
			this.position = newPosition;
			return this;
		}

		@Override
		public long size() throws IOException {
			return this.file.use(FileChannel::size);
		}

		@Override
		public FileChannel truncate(long size) throws IOException {
			this.file.use((channel) -> channel.truncate(size));
			this.position = Math.min(this.position, size);
			return this;
		}

		@Override
		public void force(boolean metadata) throws IOException {
			this.file.use((channel) -> {
				channel.force(metadata);
				return channel;
			});
		}

		@Override
		public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
			return this.file.use((channel) -> channel.transferTo(position, count, target));
		}

		@Override
		public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
			return this.file.use((channel) -> channel.transferFrom(source, position, count));
		}

		@Override
		public MappedByteBuffer map(MapMode mode, long position, long size) {
			throw new UnsupportedOperationException();
		}

		@Override
		public FileLock lock(long position, long size, boolean shared) {
			throw new UnsupportedOperationException();
		}

		@Override
		public FileLock tryLock(long position, long size, boolean shared) {
			throw new UnsupportedOperationException();
		}

		@Override
		protected void implCloseChannel() throws IOException {
			this.file.viewClosed();
		}

	}

}
