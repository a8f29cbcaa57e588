package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
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
 * never reached through a symbolic link, and refused when it is one or has further hard
 * links. It is refused too when it, or the directory that holds it, may be written by
 * others, or belongs to somebody other than root or the owner of what this process
 * creates there. Neither a pipe in its place nor a directory keeps anybody waiting for
 * more than five seconds.
 */
public final class PrivateFile {

	private final Path path;

	private final FileOwnership ownership;

	private final PrivateDirectory directory;

	public PrivateFile(Path path) {
		this.path = path.toAbsolutePath();
		if (this.path.getFileName() == null) {
			throw new IllegalArgumentException("The path names no file");
		}
		this.ownership = new FileOwnership(this.path);
		this.directory = new PrivateDirectory(Objects.requireNonNull(this.path.getParent()), this.ownership);
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
	 * @throws UnsafeFileException if the file is a link, is linked, or it or its
	 * directory belongs to or may be written by others
	 * @throws FileUnavailableException if the file cannot be read
	 */
	public Optional<byte[]> read(int maxBytes) {
		try {
			return Optional.of(Uninterrupted.again(() -> readOnce(maxBytes)));
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
	 * @throws UnsafeFileException if the present file is a link, is linked, or it or its
	 * directory belongs to or may be written by others
	 * @throws FileUnavailableException if the file cannot be written
	 */
	public void replace(byte[] content) {
		try {
			Uninterrupted.again(() -> {
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
			Uninterrupted.again(() -> {
				if (this.directory.exists()) {
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
	 * Opens the file. With {@link StandardOpenOption#CREATE} it is created with its
	 * directories; the new name is durable only after {@link #forceDirectory()}.
	 * @param options how to open it
	 * @return the open channel
	 * @throws UnsafeFileException if the file is a link, is linked, or it or its
	 * directory belongs to or may be written by others
	 * @throws NoSuchFileException if it does not exist and is not to be created
	 * @throws IOException if it cannot be opened
	 */
	public FileChannel open(OpenOption... options) throws IOException {
		Set<OpenOption> all = new HashSet<>(Arrays.asList(options));
		all.add(LinkOption.NOFOLLOW_LINKS);
		if (all.contains(StandardOpenOption.CREATE)) {
			createDirectories();
		}
		requireSafeIfPresent();
		return Uninterrupted.again(() -> openSafe(all));
	}

	private FileChannel openSafe(Set<OpenOption> options) throws IOException {
		FileChannel channel = openAtOnce(options);
		try {
			// Only now is it certain that no pipe took the place of what was looked at.
			requireSeekable(channel);
			requireSafe();
			return channel;
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	/**
	 * A pipe that is opened for reading and for writing keeps nobody waiting.
	 */
	private FileChannel openAtOnce(Set<OpenOption> options) throws IOException {
		Set<OpenOption> all = new HashSet<>(options);
		all.add(StandardOpenOption.READ);
		all.add(StandardOpenOption.WRITE);
		try {
			return FileChannel.open(this.path, all, this.ownership.forNewFile());
		}
		catch (NoSuchFileException ex) {
			throw ex;
		}
		catch (IOException ex) {
			if (options.contains(StandardOpenOption.WRITE)) {
				throw ex;
			}
			return PatientOpening.of(() -> FileChannel.open(this.path, options));
		}
	}

	private void requireSeekable(FileChannel channel) throws ClosedChannelException {
		try {
			channel.position();
		}
		catch (ClosedChannelException ex) {
			throw ex;
		}
		catch (IOException ex) {
			throw this.ownership.somethingElse();
		}
	}

	/**
	 * Makes the file's name durable: that it was created, renamed or deleted.
	 * @throws IOException if the directory cannot be forced
	 */
	public void forceDirectory() throws IOException {
		this.directory.force();
	}

	/**
	 * Refuses the file if it could be changed through another name, or changed or
	 * replaced by another user.
	 * @throws UnsafeFileException if the file is a link, is linked, is not a regular
	 * file, or it or its directory belongs to or may be written by others
	 * @throws NoSuchFileException if there is no such file
	 * @throws IOException if the file cannot be inspected
	 */
	public void requireSafe() throws IOException {
		this.ownership.require();
	}

	private void requireSafeIfPresent() throws IOException {
		if (exists()) {
			requireSafe();
		}
		else {
			this.ownership.requireDirectory();
		}
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
		requireSafeIfPresent();
		deleteLeftovers();
		Path aside = this.path.resolveSibling(asidePrefix() + UUID.randomUUID() + ".tmp");
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
		this.directory.delete((name) -> name.startsWith(asidePrefix()) && name.endsWith(".tmp"));
	}

	/**
	 * Creates the directories above the file, as far as they are missing, durably.
	 * @throws IOException if they cannot be created
	 */
	public void createDirectories() throws IOException {
		this.directory.create();
	}

	private String asidePrefix() {
		return "." + this.path.getFileName() + ".";
	}

}
