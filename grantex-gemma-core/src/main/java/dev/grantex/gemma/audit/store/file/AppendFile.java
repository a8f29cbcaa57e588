package dev.grantex.gemma.audit.store.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.file.Uninterrupted;

/**
 * One file of a log and how far its content was acknowledged. After a failure nothing
 * more is written until the file was opened anew, what was acknowledged since the last
 * force written again, and the rest cut off.
 * <p>
 * Not safe for use by several threads at once.
 */
final class AppendFile extends PlacedFile {

	private static final int REWRITTEN_AT_ONCE = 64 * 1024;

	private long acknowledged;

	private long forced;

	/** How far the file was written to, acknowledged or not. */
	private long written;

	/** What was acknowledged without being forced. */
	private final List<byte[]> unforced = new ArrayList<>();

	private boolean failed;

	private AppendFile(Path path, LockedFile file) {
		super(path, file);
	}

	/**
	 * Takes over the file at a path and makes what it holds durable.
	 * @param durable how many bytes are durable for sure
	 */
	static AppendFile open(Path path, LockedFile locked, long durable) throws IOException {
		AppendFile file = new AppendFile(path, locked);
		try {
			Uninterrupted.run(() -> file.acknowledgeAll(durable), () -> locked.reopen(path));
			return file;
		}
		catch (IOException | RuntimeException ex) {
			file.close();
			throw ex;
		}
	}

	private void acknowledgeAll(long durable) throws IOException {
		// The file may have been created when its directory could not be forced.
		PrivateFiles.forceDirectoryOf(path());
		rewrite(durable);
		channel().force(false);
		this.acknowledged = channel().size();
		this.forced = this.acknowledged;
		this.written = this.acknowledged;
	}

	/**
	 * After a force that failed the operating system can take for written what it only
	 * has in memory. Forcing again, also by another process, does not help then.
	 */
	private void rewrite(long from) throws IOException {
		long size = channel().size();
		for (long at = from; at < size; at += REWRITTEN_AT_ONCE) {
			ByteBuffer block = ByteBuffer.allocate((int) Math.min(REWRITTEN_AT_ONCE, size - at));
			while (block.hasRemaining()) {
				if (channel().read(block, at + block.position()) < 0) {
					throw new EOFException();
				}
			}
			write(block.array(), at);
		}
	}

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
	 * Writes bytes after those acknowledged, and acknowledges them. If they may not have
	 * been written, or the file is no longer what it was, it is failed.
	 * @param force whether they are forced to the device first
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
			if (force) {
				renewLock();
			}
			// Bytes of somebody else's must neither be overwritten nor continued.
			if (channel().size() != this.acknowledged) {
				throw StoreException.corrupted();
			}
			this.written = this.acknowledged + bytes.length;
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
	 * Forces what was acknowledged, and makes sure that it is where it should be. If that
	 * does not succeed the file is failed.
	 */
	void force() throws IOException {
		if (this.failed) {
			throw new IOException("The file must be recovered first");
		}
		this.failed = true;
		boolean inPlace = isInPlace();
		if (!inPlace) {
			recover();
		}
		Uninterrupted.run(() -> {
			renewLock();
			if (unforced() > 0 || !inPlace) {
				forceInPlace();
			}
		}, this::restore);
		this.forced = this.acknowledged;
		this.unforced.clear();
		this.failed = false;
	}

	/**
	 * Forces the file although another one lies in its place. It is failed then.
	 */
	void forceDisplaced() throws IOException {
		this.failed = true;
		requireLeft();
		channel().force(false);
	}

	/**
	 * Makes the file hold what was acknowledged, after a failure, and checks that it ends
	 * there as it should.
	 * @param head the last entry that was acknowledged in it, or null if none was
	 * @throws StoreException if the file is damaged, or gone
	 */
	void recover(@Nullable Head head, ChainCodec codec) throws IOException {
		if (!this.failed) {
			return;
		}
		recover();
		boolean holds = (head == null) ? this.acknowledged == 0
				: LogTail.lastLine(channel(), this.acknowledged).endsWith(head, codec);
		if (!holds) {
			throw StoreException.corrupted();
		}
		this.failed = false;
	}

	/**
	 * Opens the file anew and makes it hold exactly what was acknowledged.
	 */
	private void recover() throws IOException {
		Uninterrupted.run(this::restore, () -> {
		});
	}

	/**
	 * Forced bytes count for nothing in a file that nobody will find.
	 */
	private void forceInPlace() throws IOException {
		channel().force(false);
		requireInPlace();
	}

	private void restore() throws IOException {
		reopen(this.acknowledged);
		// What goes further is somebody else's, who had the lock meanwhile.
		if (channel().size() < this.forced || channel().size() > this.written) {
			throw StoreException.corrupted();
		}
		// A failed force may have dropped what was written. It is not cut off first: a
		// process that is killed here would lose it.
		long position = this.forced;
		for (byte[] bytes : this.unforced) {
			write(bytes, position);
			position += bytes.length;
		}
		channel().truncate(this.acknowledged);
		channel().force(true);
		this.forced = this.acknowledged;
		this.unforced.clear();
	}

	private void write(byte[] bytes, long position) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		while (buffer.hasRemaining()) {
			channel().write(buffer, position + buffer.position());
		}
	}

}
