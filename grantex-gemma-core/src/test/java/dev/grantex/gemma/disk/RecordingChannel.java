package dev.grantex.gemma.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

import dev.grantex.gemma.disk.DiskOperation.Truncate;
import dev.grantex.gemma.disk.DiskOperation.Write;

/**
 * An open file of a {@link RecordingFileSystem}, which stays the same file whatever name
 * it has by now.
 */
final class RecordingChannel extends FileChannel {

	private final RecordingFileSystem disk;

	private final FileChannel channel;

	private final int file;

	private final boolean appending;

	RecordingChannel(RecordingFileSystem disk, FileChannel channel, int file, boolean appending) {
		this.disk = disk;
		this.channel = channel;
		this.file = file;
		this.appending = appending;
	}

	/**
	 * Like that of the operating system, a write on a disk that has not enough room is
	 * short, and only the next one fails.
	 */
	@Override
	public int write(ByteBuffer source, long position) throws IOException {
		int growing = (int) Math.min(source.remaining(),
				Math.max(0, position + source.remaining() - this.channel.size()));
		int replacing = source.remaining() - growing;
		int length = replacing + this.disk.faults().grow(growing);
		if (length == 0 && growing > 0) {
			throw new IOException("No space left on device");
		}
		byte[] bytes = new byte[length];
		source.slice(source.position(), length).get(bytes);
		this.disk.perform(new Write(this.file, position, bytes, replacing), () -> {
			ByteBuffer copy = ByteBuffer.wrap(bytes);
			while (copy.hasRemaining()) {
				this.channel.write(copy, position + copy.position());
			}
			return bytes;
		});
		source.position(source.position() + length);
		return length;
	}

	@Override
	public synchronized int write(ByteBuffer source) throws IOException {
		long position = this.appending ? this.channel.size() : this.channel.position();
		int written = write(source, position);
		this.channel.position(position + written);
		return written;
	}

	@Override
	public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
		long written = 0;
		for (int i = offset; i < offset + length; i++) {
			written += write(sources[i]);
		}
		return written;
	}

	@Override
	public FileChannel truncate(long size) throws IOException {
		this.disk.perform(new Truncate(this.file, size), () -> this.channel.truncate(size));
		return this;
	}

	@Override
	public void force(boolean metadata) throws IOException {
		this.disk.force(this.file, this.channel, metadata);
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		int read = read(target, this.channel.position());
		this.channel.position(this.channel.position() + Math.max(read, 0));
		return read;
	}

	@Override
	public int read(ByteBuffer target, long position) throws IOException {
		this.disk.faults().checkReading();
		int length = Math.min(target.remaining(), this.disk.faults().longestRead());
		int read = this.channel.read(target.slice(target.position(), length), position);
		target.position(target.position() + Math.max(read, 0));
		this.disk.read(Math.max(read, 0));
		return read;
	}

	@Override
	public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
		return this.channel.read(targets, offset, length);
	}

	@Override
	public long position() throws IOException {
		return this.channel.position();
	}

	@Override
	public FileChannel position(long newPosition) throws IOException {
		this.channel.position(newPosition);
		return this;
	}

	@Override
	public long size() throws IOException {
		return this.channel.size();
	}

	@Override
	public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
		return this.channel.transferTo(position, count, target);
	}

	@Override
	public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
		ByteBuffer block = ByteBuffer.allocate((int) Math.min(count, 8192));
		int read = source.read(block);
		return (read > 0) ? write(block.flip(), position) : 0;
	}

	@Override
	public MappedByteBuffer map(MapMode mode, long position, long size) {
		throw new UnsupportedOperationException("What is written to memory could not be recorded");
	}

	@Override
	public FileLock lock(long position, long size, boolean shared) throws IOException {
		return this.channel.lock(position, size, shared);
	}

	@Override
	public FileLock tryLock(long position, long size, boolean shared) throws IOException {
		return this.channel.tryLock(position, size, shared);
	}

	@Override
	protected void implCloseChannel() throws IOException {
		this.disk.closed(this.channel);
	}

}
