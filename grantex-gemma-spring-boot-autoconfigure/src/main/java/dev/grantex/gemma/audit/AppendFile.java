package dev.grantex.gemma.audit;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One file of a log and how far its content was acknowledged. After a failure nothing
 * more is written until the file was opened anew, what was acknowledged since the last
 * force written again, and the rest cut off.
 * <p>
 * Not safe for use by several threads at once.
 */
final class AppendFile implements Closeable {

	private static final int REWRITTEN_AT_ONCE = 64 * 1024;

	private Path path;

	private FileChannel channel;

	private @Nullable Object identity;

	private long acknowledged;

	private long forced;

	/** What was acknowledged without being forced. */
	private final List<byte[]> unforced = new ArrayList<>();

	private boolean failed;

	private AppendFile(Path path, FileChannel channel) {
		this.path = path;
		this.channel = channel;
	}

	/**
	 * Opens a file, creating it if it does not exist, and makes what it holds durable.
	 * @param durable how many bytes are durable for sure
	 */
	static AppendFile open(Path path, long durable) throws IOException {
		AppendFile file = new AppendFile(path, PrivateFiles.open(path));
		try {
			Uninterrupted.run(() -> file.acknowledgeAll(durable), () -> file.channel = PrivateFiles.open(path));
			return file;
		}
		catch (IOException | RuntimeException ex) {
			file.close();
			throw ex;
		}
	}

	private void acknowledgeAll(long durable) throws IOException {
		this.identity = PrivateFiles.identity(this.path);
		// The file may have been created when its directory could not be forced.
		PrivateFiles.forceDirectoryOf(this.path);
		rewrite(durable);
		this.channel.force(false);
		this.acknowledged = this.channel.size();
		this.forced = this.acknowledged;
	}

	/**
	 * After a force that failed the operating system can take for written what it only
	 * has in memory. Forcing again, also by another process, does not help then.
	 */
	private void rewrite(long from) throws IOException {
		long size = this.channel.size();
		for (long at = from; at < size; at += REWRITTEN_AT_ONCE) {
			ByteBuffer block = ByteBuffer.allocate((int) Math.min(REWRITTEN_AT_ONCE, size - at));
			while (block.hasRemaining()) {
				if (this.channel.read(block, at + block.position()) < 0) {
					throw new EOFException();
				}
			}
			write(block.array(), at);
		}
	}

	Path path() {
		return this.path;
	}

	/**
	 * How many bytes were acknowledged.
	 */
	long acknowledged() {
		return this.acknowledged;
	}

	/**
	 * How many bytes were acknowledged without being forced.
	 */
	long unforced() {
		return this.acknowledged - this.forced;
	}

	boolean isFailed() {
		return this.failed;
	}

	/**
	 * Writes bytes after those acknowledged, and acknowledges them.
	 * @param force whether they are forced to the device first
	 * @throws IOException if they may not have been written or forced; the file is failed
	 * then
	 * @throws AuditLogException if the file is no longer what it was; it is failed then
	 */
	void append(byte[] bytes, boolean force) throws IOException {
		if (this.failed) {
			throw new IOException("The file must be recovered first");
		}
		this.failed = true;
		if (force && !isInPlace()) {
			recover();
		}
		Uninterrupted.run(() -> {
			// Bytes of somebody else's must neither be overwritten nor continued.
			if (this.channel.size() != this.acknowledged) {
				throw AuditLogException.corrupted();
			}
			write(bytes, this.acknowledged);
			if (force) {
				forceInPlace();
			}
		}, this::restore);
		this.acknowledged += bytes.length;
		if (force) {
			this.forced = this.acknowledged;
			this.unforced.clear();
		}
		else {
			this.unforced.add(bytes);
		}
		this.failed = false;
	}

	/**
	 * Forces what was acknowledged.
	 * @throws IOException if that fails; the file is failed then
	 * @throws AuditLogException if the file is no longer what it was; it is failed then
	 */
	void force() throws IOException {
		if (this.failed) {
			throw new IOException("The file must be recovered first");
		}
		if (unforced() > 0 || !isInPlace()) {
			this.failed = true;
			if (!isInPlace()) {
				recover();
			}
			Uninterrupted.run(this::forceInPlace, this::restore);
			this.forced = this.acknowledged;
			this.unforced.clear();
			this.failed = false;
		}
	}

	/**
	 * Opens the file anew and makes it hold exactly what was acknowledged. The file stays
	 * failed until {@link #recovered()}.
	 */
	void recover() throws IOException {
		Uninterrupted.run(this::restore, () -> {
		});
	}

	void recovered() {
		this.failed = false;
	}

	FileChannel channel() {
		return this.channel;
	}

	/**
	 * Gives the open file another name, which must be free. If that fails half-way it can
	 * be tried again.
	 */
	void renameTo(Path path) throws IOException {
		try {
			if (!path.equals(this.path)) {
				PrivateFiles.rename(this.path, path);
			}
		}
		finally {
			if (!PrivateFiles.exists(this.path)) {
				this.path = path;
			}
		}
		PrivateFiles.forceDirectoryOf(path);
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	/**
	 * Forced bytes count for nothing in a file that nobody will find.
	 */
	private void forceInPlace() throws IOException {
		this.channel.force(false);
		if (!isInPlace()) {
			throw AuditLogException.missing();
		}
	}

	private boolean isInPlace() throws IOException {
		return PrivateFiles.exists(this.path) && Objects.equals(this.identity, PrivateFiles.identity(this.path));
	}

	private void restore() throws IOException {
		if (!PrivateFiles.exists(this.path) && this.channel.isOpen()) {
			putBack();
		}
		if (!isInPlace()) {
			throw AuditLogException.missing();
		}
		this.channel.close();
		this.channel = PrivateFiles.open(this.path);
		if (this.channel.size() < this.forced) {
			throw AuditLogException.corrupted();
		}
		// A failed force may have dropped what was written. It is not cut off first: a
		// process that is killed here would lose it.
		long position = this.forced;
		for (byte[] bytes : this.unforced) {
			write(bytes, position);
			position += bytes.length;
		}
		this.channel.truncate(this.acknowledged);
		this.channel.force(true);
		this.forced = this.acknowledged;
		this.unforced.clear();
	}

	/**
	 * Writes the file again that was removed while it was open. As long as it is open its
	 * content is still there.
	 */
	private void putBack() throws IOException {
		Path aside = SegmentNames.aside(this.path, "restored");
		Object copied = this.identity;
		try {
			try (FileChannel copy = PrivateFiles.open(aside)) {
				PrivateFiles.copy(this.channel, 0, this.acknowledged, copy);
			}
			copied = PrivateFiles.identity(aside);
			PrivateFiles.rename(aside, this.path);
		}
		finally {
			if (!Files.deleteIfExists(aside)) {
				this.identity = copied;
			}
		}
	}

	private void write(byte[] bytes, long position) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		while (buffer.hasRemaining()) {
			this.channel.write(buffer, position + buffer.position());
		}
	}

}
