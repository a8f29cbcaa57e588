package dev.grantex.gemma.audit.store.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * The end of a log file, read backwards without reading the rest.
 *
 * @param size how many bytes were looked at
 * @param complete how many of them are complete lines; what follows was torn off by a
 * crash
 * @param lines the last complete lines in order, at most {@value #MAX_LINES}
 */
record LogTail(long size, long complete, List<String> lines) {

	static final int MAX_LINES = 4;

	/**
	 * More than a crash can leave of unfinished writes, which is a few MiB. Whatever is
	 * larger was put there, and may be larger than the disk: it is not searched for a
	 * line.
	 */
	static final long MAX_TORN = 64 * 1024 * 1024;

	private static final int BLOCK = 64 * 1024;

	/** Holds most entries. */
	private static final int FIRST_BLOCK = 2 * 1024;

	/**
	 * Reads the last lines of a file.
	 * @throws StoreException if a complete line is longer than any entry, or what follows
	 * the last one is more than {@value #MAX_TORN} bytes
	 */
	static LogTail read(FileChannel channel) throws IOException {
		return read(channel, channel.size(), MAX_LINES);
	}

	/**
	 * Reads the last lines of a file as far as there are any that were found.
	 */
	static LogTail known(FileChannel channel) throws IOException {
		try {
			return read(channel);
		}
		catch (StoreException ex) {
			return new LogTail(channel.size(), 0, List.of());
		}
	}

	/**
	 * Reads the last line before an offset.
	 * @throws StoreException if it is longer than any entry, or what follows it is more
	 * than {@value #MAX_TORN} bytes
	 */
	static LogTail lastLine(FileChannel channel, long end) throws IOException {
		return read(channel, end, 1);
	}

	private static LogTail read(FileChannel channel, long size, int maxLines) throws IOException {
		long complete = lastNewline(channel, size, MAX_TORN) + 1;
		List<String> lines = new LinkedList<>();
		long end = complete;
		while (end > 0 && lines.size() < maxLines) {
			long start = lastNewline(channel, end - 1, ReadLine.MAX_LENGTH) + 1;
			lines.add(0, line(channel, start, end - 1));
			end = start;
		}
		return new LogTail(size, complete, List.copyOf(lines));
	}

	/**
	 * The last complete line, or nothing if it is none of a chain.
	 */
	Optional<ReadLine> last(ChainCodec codec) {
		return this.lines.isEmpty() ? Optional.empty() : codec.read(this.lines.get(this.lines.size() - 1));
	}

	/**
	 * Whether an entry's line ends exactly here.
	 */
	boolean endsWith(Head entry, ChainCodec codec) {
		return this.complete == this.size && last(codec).map(ReadLine::head).filter(entry::equals).isPresent();
	}

	/**
	 * The last complete line of a file, or nothing if it is damaged there.
	 */
	static Optional<ReadLine> last(Path file, ChainCodec codec) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			return read(channel).last(codec);
		}
		catch (StoreException ex) {
			return Optional.empty();
		}
	}

	/**
	 * The first complete line of a file, or nothing if it is none of a chain.
	 */
	static Optional<ReadLine> first(Path file, ChainCodec codec) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			return firstLine(channel).flatMap(codec::read);
		}
	}

	/**
	 * Those of a file's first line and last lines that are of a chain.
	 */
	static List<ReadLine> ends(Path file, ChainCodec codec) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			List<String> lines = new ArrayList<>(known(channel).lines());
			firstLine(channel).ifPresent((first) -> lines.add(0, first));
			return lines.stream().flatMap((line) -> codec.read(line).stream()).toList();
		}
	}

	/**
	 * The first complete line, or nothing if there is none, or it is longer than any
	 * entry.
	 */
	static Optional<String> firstLine(FileChannel channel) throws IOException {
		long size = Math.min(channel.size(), ReadLine.MAX_LENGTH);
		for (long from = 0; from < size; from += BLOCK) {
			byte[] block = bytes(channel, from, Math.min(size, from + BLOCK));
			for (int i = 0; i < block.length; i++) {
				if (block[i] == '\n') {
					return Optional.of(line(channel, 0, from + i));
				}
			}
		}
		return Optional.empty();
	}

	private static long lastNewline(FileChannel channel, long end, long limit) throws IOException {
		long to = end;
		for (int block = FIRST_BLOCK; to > 0; block = Math.min(2 * block, BLOCK)) {
			if (end - to > limit) {
				throw StoreException.corrupted();
			}
			long from = Math.max(0, to - block);
			byte[] bytes = bytes(channel, from, to);
			for (int i = bytes.length - 1; i >= 0; i--) {
				if (bytes[i] == '\n') {
					return from + i;
				}
			}
			to = from;
		}
		return -1;
	}

	/**
	 * What is not text comes out as text that no entry was made of.
	 */
	private static String line(FileChannel channel, long start, long end) throws IOException {
		return new String(bytes(channel, start, end), StandardCharsets.UTF_8);
	}

	private static byte[] bytes(FileChannel channel, long from, long to) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(to - from));
		while (buffer.hasRemaining()) {
			if (channel.read(buffer, from + buffer.position()) < 0) {
				throw new EOFException();
			}
		}
		return buffer.array();
	}

}
