package dev.grantex.gemma.audit;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedList;
import java.util.List;

/**
 * The end of a log file, read backwards without reading the rest.
 *
 * @param size the size of the file
 * @param complete how many bytes are complete lines; what follows was torn off by a crash
 * @param lines the last complete lines in order, at most {@value #MAX_LINES}
 */
record LogTail(long size, long complete, List<String> lines) {

	static final int MAX_LINES = 4;

	private static final int BLOCK = 64 * 1024;

	boolean isTorn() {
		return this.complete < this.size;
	}

	/**
	 * Reads the tail.
	 * @throws AuditLogException if a complete line is not text, or longer than any entry
	 */
	static LogTail read(FileChannel channel) throws IOException {
		long size = channel.size();
		long complete = lastNewline(channel, size, size) + 1;
		List<String> lines = new LinkedList<>();
		long end = complete;
		while (end > 0 && lines.size() < MAX_LINES) {
			long start = lastNewline(channel, end - 1, ChainForm.MAX_LINE_LENGTH) + 1;
			lines.add(0, line(channel, start, end - 1));
			end = start;
		}
		return new LogTail(size, complete, List.copyOf(lines));
	}

	/**
	 * The first line of a file that has complete lines.
	 */
	static String firstLine(FileChannel channel) throws IOException {
		long size = Math.min(channel.size(), ChainForm.MAX_LINE_LENGTH);
		for (long from = 0; from < size; from += BLOCK) {
			byte[] block = bytes(channel, from, Math.min(size, from + BLOCK));
			for (int i = 0; i < block.length; i++) {
				if (block[i] == '\n') {
					return line(channel, 0, from + i);
				}
			}
		}
		throw AuditLogException.corrupted();
	}

	private static long lastNewline(FileChannel channel, long end, long limit) throws IOException {
		long to = end;
		while (to > 0) {
			if (end - to > limit) {
				throw AuditLogException.corrupted();
			}
			long from = Math.max(0, to - BLOCK);
			byte[] block = bytes(channel, from, to);
			for (int i = block.length - 1; i >= 0; i--) {
				if (block[i] == '\n') {
					return from + i;
				}
			}
			to = from;
		}
		return -1;
	}

	private static String line(FileChannel channel, long start, long end) throws IOException {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(channel, start, end))).toString();
		}
		catch (CharacterCodingException ex) {
			throw AuditLogException.corrupted();
		}
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
