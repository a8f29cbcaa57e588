package dev.grantex.gemma.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Reads lines in constant memory. A line that is not UTF-8, or longer than any entry,
 * comes out as one that no verification accepts.
 */
final class LineReader implements Closeable {

	private static final String NOT_TEXT = "\uFFFD";

	private static final int BUFFER = 64 * 1024;

	private final InputStream in;

	private long left;

	private long consumed;

	private boolean terminated;

	/**
	 * Creates a reader.
	 * @param in the bytes, closed with the reader
	 * @param limit how many of them may be read
	 */
	LineReader(InputStream in, long limit) {
		this.in = new BufferedInputStream(in, BUFFER);
		this.left = limit;
	}

	/**
	 * Passes over a line.
	 * @return whether there was one
	 */
	boolean skip() throws IOException {
		int first = next();
		for (int b = first; b >= 0 && b != '\n';) {
			b = next();
		}
		return first >= 0;
	}

	@Nullable String read() throws IOException {
		int b = next();
		if (b < 0) {
			return null;
		}
		ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
		boolean tooLong = false;
		for (; b >= 0 && b != '\n'; b = next()) {
			tooLong = tooLong || line.size() >= ChainForm.MAX_LINE_LENGTH;
			if (!tooLong) {
				line.write(b);
			}
		}
		this.terminated = b == '\n';
		return tooLong ? NOT_TEXT : decode(line.toByteArray());
	}

	/**
	 * How many bytes were read so far.
	 */
	long consumed() {
		return this.consumed;
	}

	/**
	 * Whether the last line had its end, as every line that was written completely does.
	 */
	boolean isTerminated() {
		return this.terminated;
	}

	@Override
	public void close() throws IOException {
		this.in.close();
	}

	private int next() throws IOException {
		if (this.left <= 0) {
			return -1;
		}
		this.left--;
		int b = this.in.read();
		this.consumed += (b >= 0) ? 1 : 0;
		return b;
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
