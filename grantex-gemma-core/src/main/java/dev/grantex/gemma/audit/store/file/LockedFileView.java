package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A {@link LockedFile} as a channel with a position of its own. Closing it closes no
 * descriptor.
 * <p>
 * Not safe for use by several threads at once.
 */
final class LockedFileView extends FileChannel {

	private final LockedFile file;

	private long position;

	LockedFileView(LockedFile file) {
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
	public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
		long all = 0;
		for (int i = offset; i < offset + length; i++) {
			int read = targets[i].hasRemaining() ? read(targets[i]) : 0;
			if (read < 0) {
				return (all > 0) ? all : -1;
			}
			all += read;
			if (targets[i].hasRemaining()) {
				return all;
			}
		}
		return all;
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
	public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
		long all = 0;
		for (int i = offset; i < offset + length; i++) {
			while (sources[i].hasRemaining()) {
				all += write(sources[i]);
			}
		}
		return all;
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
