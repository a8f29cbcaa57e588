package dev.grantex.gemma.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A file that belongs to this application alone. It is created with the permissions 0600,
 * missing directories above it with 0700, where the file system knows permissions. It is
 * never reached through a symbolic link, and refused when it is one, when it has further
 * hard links, or when its group or others may write it.
 */
public final class PrivateFile {

	private final Path path;

	private final FileOwnership ownership;

	public PrivateFile(Path path) {
		this.path = path.toAbsolutePath();
		if (this.path.getFileName() == null) {
			throw new IllegalArgumentException("The path names no file");
		}
		this.ownership = new FileOwnership(this.path);
	}

	/**
	 * The absolute path.
	 */
	public Path path() {
		return this.path;
	}

	/**
	 * Whether anything is at the path, be it a dangling link.
	 */
	public boolean exists() {
		return Files.exists(this.path, LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * Whether only the owner may read or write the file; {@code true} where the file
	 * system knows no permissions.
	 * @throws FileUnavailableException if the file cannot be inspected
	 */
	public boolean isOwnerOnly() {
		try {
			return this.ownership.isOwnerOnly();
		}
		catch (IOException ex) {
			throw new FileUnavailableException("A file could not be inspected", ex);
		}
	}

	/**
	 * Reads the file.
	 * @param maxBytes how much to read at most; of a longer file only the beginning is
	 * returned
	 * @return the content, or empty if there is no such file
	 * @throws UnsafeFileException if the file is a link, is linked, or may be written by
	 * others
	 * @throws FileUnavailableException if the file cannot be read
	 */
	public Optional<byte[]> read(int maxBytes) {
		try {
			return Optional.of(uninterrupted(() -> readOnce(maxBytes)));
		}
		catch (NoSuchFileException ex) {
			return Optional.empty();
		}
		catch (IOException ex) {
			throw new FileUnavailableException("A file could not be read", ex);
		}
	}

	/**
	 * Replaces the file's content. When the method returns the new content is durable;
	 * when it throws, or after a crash, the file holds either the old or the new one.
	 * @param content the whole content
	 * @throws UnsafeFileException if the present file is a link, is linked, or may be
	 * written by others
	 * @throws FileUnavailableException if the file cannot be written
	 */
	public void replace(byte[] content) {
		try {
			uninterrupted(() -> {
				replaceOnce(content);
				return content;
			});
		}
		catch (IOException ex) {
			throw new FileUnavailableException("A file could not be written", ex);
		}
	}

	/**
	 * Deletes the file, if there is one, and what an interrupted {@link #replace} may
	 * have left of it. A link is deleted, not what it points to.
	 * @throws FileUnavailableException if the file cannot be deleted
	 */
	public void delete() {
		try {
			uninterrupted(() -> {
				if (Files.isDirectory(directory())) {
					Files.deleteIfExists(this.path);
					deleteLeftovers();
					forceDirectory();
				}
				return this.path;
			});
		}
		catch (IOException ex) {
			throw new FileUnavailableException("A file could not be deleted", ex);
		}
	}

	/**
	 * Opens the file. With {@link StandardOpenOption#CREATE} or
	 * {@link StandardOpenOption#CREATE_NEW} it is created with its directories; the new
	 * name is durable only after {@link #forceDirectory()}.
	 * @param options how to open it
	 * @return the open channel
	 * @throws UnsafeFileException if the file is a link, is linked, or may be written by
	 * others
	 * @throws NoSuchFileException if it does not exist and is not to be created
	 * @throws IOException if it cannot be opened
	 */
	public FileChannel open(OpenOption... options) throws IOException {
		Set<OpenOption> all = new HashSet<>(Arrays.asList(options));
		all.add(LinkOption.NOFOLLOW_LINKS);
		if (all.contains(StandardOpenOption.CREATE) || all.contains(StandardOpenOption.CREATE_NEW)) {
			createDirectories();
		}
		if (exists()) {
			requireSafe();
		}
		return FileChannel.open(this.path, all, this.ownership.forNewFile());
	}

	/**
	 * Makes the file's name durable: that it was created, renamed or deleted.
	 * @throws IOException if the directory cannot be forced
	 */
	public void forceDirectory() throws IOException {
		force(directory());
	}

	private void force(Path directory) throws IOException {
		if (this.ownership.hasPermissions()) {
			uninterrupted(() -> {
				try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
					channel.force(true);
				}
				return directory;
			});
		}
	}

	/**
	 * Refuses the file if it could be changed through another name or by another user.
	 * @throws UnsafeFileException if the file is a link, is linked, may be written by
	 * others, or is not a regular file
	 * @throws NoSuchFileException if there is no such file
	 * @throws IOException if the file cannot be inspected
	 */
	public void requireSafe() throws IOException {
		this.ownership.require();
	}

	private byte[] readOnce(int maxBytes) throws IOException {
		try (FileChannel channel = open(StandardOpenOption.READ)) {
			ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(channel.size() + 1, maxBytes));
			while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
				if (!buffer.hasRemaining() && buffer.capacity() < maxBytes) {
					buffer = ByteBuffer.allocate((int) Math.min(buffer.capacity() * 2L, maxBytes)).put(buffer.flip());
				}
			}
			return Arrays.copyOf(buffer.array(), buffer.position());
		}
	}

	private void replaceOnce(byte[] content) throws IOException {
		createDirectories();
		if (exists()) {
			requireSafe();
		}
		deleteLeftovers();
		Path aside = directory().resolve(asidePrefix() + UUID.randomUUID() + ".tmp");
		try {
			write(aside, content);
			Files.move(aside, this.path, StandardCopyOption.ATOMIC_MOVE);
		}
		finally {
			Files.deleteIfExists(aside);
		}
		forceDirectory();
	}

	private void write(Path aside, byte[] content) throws IOException {
		Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
				LinkOption.NOFOLLOW_LINKS);
		try (FileChannel channel = FileChannel.open(aside, options, this.ownership.forNewFile())) {
			ByteBuffer buffer = ByteBuffer.wrap(content);
			while (buffer.hasRemaining()) {
				channel.write(buffer);
			}
			channel.force(true);
		}
	}

	private void deleteLeftovers() throws IOException {
		try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory(), (candidate) -> {
			String name = candidate.getFileName().toString();
			return name.startsWith(asidePrefix()) && name.endsWith(".tmp");
		})) {
			for (Path leftover : leftovers) {
				Files.deleteIfExists(leftover);
			}
		}
	}

	/**
	 * Creates the directories above the file, as far as they are missing, durably.
	 * @throws IOException if they cannot be created
	 */
	public void createDirectories() throws IOException {
		createDirectory(directory());
	}

	/**
	 * A directory is created only when those above it are durable, so that one that
	 * exists always is, also after a failure in between.
	 */
	private void createDirectory(Path directory) throws IOException {
		Path above = directory.getParent();
		if (above != null && !Files.isDirectory(directory)) {
			createDirectory(above);
			Files.createDirectories(directory, this.ownership.forNewDirectory());
			try {
				force(above);
			}
			catch (IOException ex) {
				Files.delete(directory);
				throw ex;
			}
		}
	}

	private Path directory() {
		return Objects.requireNonNull(this.path.getParent());
	}

	private String asidePrefix() {
		return "." + this.path.getFileName() + ".";
	}

	/**
	 * File channels close when their thread is interrupted. What is stored here must not
	 * be lost to a shutdown, so the short operation is begun again.
	 */
	private static <T> T uninterrupted(IoOperation<T> operation) throws IOException {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return operation.run();
				}
				catch (ClosedByInterruptException ex) {
					interrupted |= Thread.interrupted();
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@FunctionalInterface
	private interface IoOperation<T> {

		T run() throws IOException;

	}

}
