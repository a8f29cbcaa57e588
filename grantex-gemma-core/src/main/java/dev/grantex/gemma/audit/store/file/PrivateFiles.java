package dev.grantex.gemma.audit.store.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.file.FileUnavailableException;
import dev.grantex.gemma.file.PrivateFile;
import dev.grantex.gemma.file.UnsafeFileException;

/**
 * The log's files: {@linkplain PrivateFile private} ones, whose faults are those of a
 * log.
 */
final class PrivateFiles {

	private static final int COPY_BLOCK = 64 * 1024;

	private PrivateFiles() {
	}

	static void createDirectories(Path file) throws IOException {
		new PrivateFile(file).createDirectories();
	}

	/**
	 * Opens a file for reading and writing and creates it if it does not exist. One that
	 * is {@linkplain LockedFile locked} in this process is not opened again.
	 */
	static FileChannel open(Path path) throws IOException {
		FileChannel view = viewOf(path);
		return (view != null) ? view : create(path);
	}

	/**
	 * Opens a file for reading and writing and creates it if it does not exist.
	 */
	static FileChannel create(Path path) throws IOException {
		boolean created = !exists(path);
		FileChannel channel = open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
		try {
			if (created) {
				forceDirectoryOf(path);
			}
			return channel;
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	static FileChannel openExisting(Path path) throws IOException {
		return open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
	}

	/**
	 * Opens a file that exists for reading. One that is {@linkplain LockedFile locked} in
	 * this process is not opened again.
	 */
	static FileChannel openForReading(@Nullable Path path) throws IOException {
		if (path == null) {
			throw StoreException.missing();
		}
		FileChannel view = viewOf(path);
		return (view != null) ? view : open(path, StandardOpenOption.READ);
	}

	private static FileChannel open(Path path, OpenOption... options) throws IOException {
		try {
			return new PrivateFile(path).open(options);
		}
		catch (UnsafeFileException ex) {
			throw StoreException.unsafe(ex);
		}
	}

	private static @Nullable FileChannel viewOf(Path path) throws IOException {
		FileChannel view = LockedFiles.viewOf(path);
		if (view != null) {
			try {
				requirePrivate(path);
			}
			catch (IOException | RuntimeException ex) {
				view.close();
				throw ex;
			}
		}
		return view;
	}

	static InputStream read(@Nullable Path path) throws IOException {
		return Channels.newInputStream(openForReading(path));
	}

	/**
	 * Reads the content of a file, or nothing if there is none.
	 * @param max how many bytes of it count
	 * @throws StoreException if it is not safe from others, or cannot be read
	 */
	static Optional<byte[]> content(Path path, int max) {
		return known(() -> new PrivateFile(path).read(max));
	}

	/**
	 * Replaces the content of a file, durably, and creates the file if there is none.
	 * @throws StoreException if it is not safe from others, or cannot be written
	 */
	static void replace(Path path, byte[] content) {
		known(() -> {
			new PrivateFile(path).replace(content);
			return path;
		});
	}

	private static <T> T known(Supplier<T> operation) {
		try {
			return operation.get();
		}
		catch (UnsafeFileException ex) {
			throw StoreException.unsafe(ex);
		}
		catch (FileUnavailableException ex) {
			throw StoreException.unwritable(ex);
		}
	}

	/**
	 * Copies a part of a file, however long, to a new one and forces the copy. Blocks
	 * without any content need no room in it.
	 */
	static void copy(FileChannel source, long from, long to, FileChannel target) throws IOException {
		for (long at = from; at < to;) {
			ByteBuffer block = ByteBuffer.allocate((int) Math.min(COPY_BLOCK, to - at));
			if (source.read(block, at) < 0) {
				throw new EOFException();
			}
			block.flip();
			long position = at - from;
			at += block.limit();
			boolean content = block.mismatch(ByteBuffer.allocate(block.limit())) >= 0;
			// The last block gives the file its length.
			while ((content || at == to) && block.hasRemaining()) {
				target.write(block, position + block.position());
			}
		}
		target.force(true);
	}

	/**
	 * What tells the file at a path from any other, or null where the file system cannot
	 * tell.
	 */
	static @Nullable Object identity(Path file) throws IOException {
		return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
	}

	/**
	 * Whether the file at a path is the one that an identity tells.
	 */
	static boolean isAt(Path path, @Nullable Object identity) {
		try {
			return Objects.equals(identity, identity(path));
		}
		catch (IOException ex) {
			return false;
		}
	}

	static boolean exists(Path file) {
		return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * Checks that a file is a regular one with a single name that nobody else owns or may
	 * write to, like its directory. Where the file system knows no owners, only the
	 * former can be checked.
	 */
	static void requirePrivate(Path file) throws IOException {
		try {
			new PrivateFile(file).requireSafe();
		}
		catch (UnsafeFileException ex) {
			throw StoreException.unsafe(ex);
		}
	}

	/**
	 * Gives a file another name in its directory, durably, and never replaces one.
	 */
	static void rename(Path from, Path to) throws IOException {
		renameUnforced(from, to);
		forceDirectoryOf(to);
	}

	/**
	 * The same, durable only after {@link #forceDirectoryOf}.
	 */
	static void renameUnforced(Path from, Path to) throws IOException {
		if (exists(to)) {
			throw new FileAlreadyExistsException(null);
		}
		Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
	}

	/**
	 * Deletes a file, if it is there; a link, not what it points to. Durable only after
	 * {@link #forceDirectoryOf}.
	 */
	static void delete(Path file) throws IOException {
		Files.deleteIfExists(file);
	}

	static void forceDirectoryOf(Path file) throws IOException {
		new PrivateFile(file).forceDirectory();
	}

	static Path directoryOf(Path file) {
		Path parent = file.toAbsolutePath().getParent();
		if (parent == null) {
			throw new IllegalArgumentException("A directory is not a log");
		}
		return parent;
	}

}
