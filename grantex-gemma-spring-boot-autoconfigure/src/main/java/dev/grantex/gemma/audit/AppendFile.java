package dev.grantex.gemma.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * One file of a log and how far its content was acknowledged. After a failure nothing
 * more is written until the file was opened anew and cut back to that point.
 * <p>
 * Not safe for use by several threads at once.
 */
final class AppendFile implements Closeable {

	/**
	 * How a file is opened.
	 */
	interface Opener {

		FileChannel open(Path file) throws IOException;

	}

	private final Opener opener;

	private Path path;

	private FileChannel channel;

	private long acknowledged;

	private boolean failed;

	private boolean unforced;

	private AppendFile(Opener opener, Path path) throws IOException {
		this.opener = opener;
		this.path = path;
		this.channel = opener.open(path);
	}

	static AppendFile open(Opener opener, Path path) throws IOException {
		AppendFile file = new AppendFile(opener, path);
		try {
			Uninterrupted.run(file::acknowledgeAll, () -> file.channel = opener.open(path));
			return file;
		}
		catch (IOException | RuntimeException ex) {
			file.close();
			throw ex;
		}
	}

	private void acknowledgeAll() throws IOException {
		this.acknowledged = this.channel.size();
		this.unforced = this.acknowledged > 0;
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

	boolean isFailed() {
		return this.failed;
	}

	/**
	 * Writes bytes after those acknowledged, and acknowledges them.
	 * @param force whether they are forced to the device first
	 * @throws IOException if they may not have been written or forced; the file is failed
	 * then
	 */
	void append(byte[] bytes, boolean force) throws IOException {
		this.failed = true;
		Uninterrupted.run(() -> {
			// Bytes of somebody else's must neither be overwritten nor continued.
			if (this.channel.size() != this.acknowledged) {
				throw AuditLogException.corrupted();
			}
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			while (buffer.hasRemaining()) {
				this.channel.write(buffer, this.acknowledged + buffer.position());
			}
			if (force) {
				this.channel.force(false);
			}
		}, this::reopen);
		this.acknowledged += bytes.length;
		this.unforced = !force;
		this.failed = false;
	}

	/**
	 * Forces what was written.
	 */
	void force() throws IOException {
		if (this.unforced) {
			boolean before = this.failed;
			this.failed = true;
			Uninterrupted.run(() -> this.channel.force(false), this::reopen);
			this.unforced = false;
			this.failed = before;
		}
	}

	/**
	 * Opens the file anew and cuts off what was not acknowledged. The file stays failed
	 * until {@link #recovered()}.
	 */
	void recover() throws IOException {
		Uninterrupted.run(this::reopen, () -> {
		});
	}

	void recovered() {
		this.failed = false;
	}

	/**
	 * Cuts the file and acknowledges what is left.
	 */
	void truncate(long size) throws IOException {
		Uninterrupted.run(() -> {
			this.channel.truncate(size);
			this.channel.force(true);
		}, this::reopen);
		this.acknowledged = size;
	}

	LogTail tail() throws IOException {
		return LogTail.read(this.channel);
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

	private void reopen() throws IOException {
		this.channel.close();
		this.channel = this.opener.open(this.path);
		if (this.channel.size() < this.acknowledged) {
			throw AuditLogException.corrupted();
		}
		this.channel.truncate(this.acknowledged);
		this.channel.force(true);
	}

}
