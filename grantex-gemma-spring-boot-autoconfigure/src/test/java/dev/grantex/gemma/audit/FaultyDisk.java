package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * Opens real files whose writing or forcing can be made to fail.
 */
final class FaultyDisk implements AppendFile.Opener {

	/** How many more bytes can be written before writing fails. */
	volatile long room = Long.MAX_VALUE;

	/** How many bytes one reading gives at most. */
	volatile int longestRead = Integer.MAX_VALUE;

	volatile boolean forceFails;

	volatile boolean openFails;

	volatile Runnable beforeForce = () -> {
	};

	@Override
	public FileChannel open(Path file) throws IOException {
		if (this.openFails) {
			throw new IOException("Read-only file system");
		}
		return new FaultyChannel(PrivateFiles.open(file));
	}

	private final class FaultyChannel extends FileChannel {

		private final FileChannel channel;

		private FaultyChannel(FileChannel channel) {
			this.channel = channel;
		}

		@Override
		public int write(ByteBuffer source, long position) throws IOException {
			if (FaultyDisk.this.room <= 0) {
				throw new IOException("No space left on device");
			}
			int length = (int) Math.min(source.remaining(), FaultyDisk.this.room);
			int written = this.channel.write(source.slice(source.position(), length), position);
			source.position(source.position() + written);
			FaultyDisk.this.room -= written;
			return written;
		}

		@Override
		public void force(boolean metaData) throws IOException {
			FaultyDisk.this.beforeForce.run();
			if (FaultyDisk.this.forceFails) {
				throw new IOException("Input/output error");
			}
			this.channel.force(metaData);
		}

		@Override
		public int read(ByteBuffer target) throws IOException {
			return this.channel.read(target);
		}

		@Override
		public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
			return this.channel.read(targets, offset, length);
		}

		@Override
		public int write(ByteBuffer source) throws IOException {
			return this.channel.write(source);
		}

		@Override
		public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
			return this.channel.write(sources, offset, length);
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
		public FileChannel truncate(long size) throws IOException {
			this.channel.truncate(size);
			return this;
		}

		@Override
		public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
			return this.channel.transferTo(position, count, target);
		}

		@Override
		public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
			return this.channel.transferFrom(source, position, count);
		}

		@Override
		public int read(ByteBuffer target, long position) throws IOException {
			int length = Math.min(target.remaining(), FaultyDisk.this.longestRead);
			int read = this.channel.read(target.slice(target.position(), length), position);
			target.position(target.position() + Math.max(read, 0));
			return read;
		}

		@Override
		public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
			return this.channel.map(mode, position, size);
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
			this.channel.close();
		}

	}

}
