package dev.grantex.gemma.audit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * The lines of a range of a file, in constant memory, with where they end. A line that is
 * not UTF-8, or longer than any entry, comes out as one that no verification accepts.
 */
final class ExaminedLines implements Closeable {

	private static final String NOT_TEXT = "\uFFFD";

	private static final int BUFFER = 64 * 1024;

	private final InputStream in;

	private final byte[] buffer = new byte[BUFFER];

	private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);

	private long left;

	private int from;

	private int to;

	private long position;

	private boolean terminated;

	private ExaminedLines(InputStream in, long offset, long length) {
		this.in = in;
		this.position = offset;
		this.left = length;
	}

	/**
	 * Opens a range.
	 * @param offset where a line begins
	 * @param length how many bytes to read at most
	 */
	static ExaminedLines open(Path file, long offset, long length) throws IOException {
		SeekableByteChannel channel = Files.newByteChannel(file);
		try {
			return new ExaminedLines(Channels.newInputStream(channel.position(offset)), offset, length);
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	/**
	 * The next line without its end, or null if there is none.
	 */
	@Nullable String next() throws IOException {
		this.line.reset();
		this.terminated = false;
		boolean any = false;
		boolean tooLong = false;
		while (!this.terminated && fill()) {
			any = true;
			int end = this.from;
			while (end < this.to && this.buffer[end] != '\n') {
				end++;
			}
			this.terminated = end < this.to;
			tooLong = tooLong || this.line.size() + (end - this.from) > ChainForm.MAX_LINE_LENGTH;
			if (!tooLong) {
				this.line.write(this.buffer, this.from, end - this.from);
			}
			int after = this.terminated ? end + 1 : end;
			this.position += after - this.from;
			this.from = after;
		}
		if (!any) {
			return null;
		}
		return tooLong ? NOT_TEXT : decode();
	}

	/**
	 * The file's offset after the last line.
	 */
	long position() {
		return this.position;
	}

	/**
	 * Whether the last line was ended by a newline.
	 */
	boolean isTerminated() {
		return this.terminated;
	}

	@Override
	public void close() throws IOException {
		this.in.close();
	}

	private boolean fill() throws IOException {
		if (this.from < this.to) {
			return true;
		}
		int read = (this.left > 0) ? this.in.read(this.buffer, 0, (int) Math.min(BUFFER, this.left)) : -1;
		this.from = 0;
		this.to = Math.max(0, read);
		this.left -= this.to;
		return this.to > 0;
	}

	private String decode() {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(this.line.toByteArray())).toString();
		}
		catch (CharacterCodingException ex) {
			return NOT_TEXT;
		}
	}

}
