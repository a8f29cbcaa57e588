package dev.grantex.gemma.audit.store.file;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ReadLine;

/**
 * Reads lines in constant memory. A line that is not UTF-8, or longer than any entry,
 * comes out as one that no verification accepts. One that is longer than all that a crash
 * can leave is the last: what comes after so much is not read.
 */
public final class LineReader implements Closeable {

	private static final String NOT_TEXT = "\uFFFD";

	private static final int BUFFER = 64 * 1024;

	private final InputStream in;

	private final byte[] buffer = new byte[BUFFER];

	private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);

	private long left;

	private int from;

	private int to;

	private long consumed;

	private boolean terminated;

	/** How much of the line was read so far, with its end. */
	private long length;

	/**
	 * Creates a reader.
	 * @param in the bytes, closed with the reader
	 * @param limit how many of them may be read
	 */
	public LineReader(InputStream in, long limit) {
		this.in = in;
		this.left = limit;
	}

	/**
	 * Passes over a line.
	 * @return whether there was one
	 */
	boolean skip() throws IOException {
		begin();
		while (!this.terminated && fill()) {
			take(endInBuffer());
		}
		return this.length > 0;
	}

	public @Nullable String read() throws IOException {
		begin();
		this.line.reset();
		boolean tooLong = false;
		while (!this.terminated && fill()) {
			int end = endInBuffer();
			tooLong = tooLong || this.line.size() + (end - this.from) > ReadLine.MAX_LENGTH;
			if (!tooLong) {
				this.line.write(this.buffer, this.from, end - this.from);
			}
			take(end);
		}
		if (this.length == 0) {
			return null;
		}
		return tooLong ? NOT_TEXT : decode(this.line.toByteArray());
	}

	public long consumed() {
		return this.consumed;
	}

	/**
	 * Whether the last line had its end, as every line that was written completely does,
	 * or was given up.
	 */
	public boolean isTerminated() {
		return this.terminated;
	}

	@Override
	public void close() throws IOException {
		this.in.close();
	}

	private void begin() {
		this.terminated = false;
		this.length = 0;
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

	/**
	 * Where the line, or what is read of it so far, ends in the buffer.
	 */
	private int endInBuffer() {
		int end = this.from;
		while (end < this.to && this.buffer[end] != '\n') {
			end++;
		}
		return end;
	}

	private void take(int end) {
		this.terminated = end < this.to;
		int after = this.terminated ? end + 1 : end;
		this.consumed += after - this.from;
		this.length += after - this.from;
		this.from = after;
		if (this.length > LogTail.MAX_TORN) {
			this.terminated = true;
			this.left = 0;
			this.to = after;
		}
	}

	private static String decode(byte[] line) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
		}
		catch (CharacterCodingException ex) {
			return NOT_TEXT;
		}
	}

}
