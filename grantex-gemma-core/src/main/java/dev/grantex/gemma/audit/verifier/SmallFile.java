package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import dev.grantex.gemma.audit.LockedFiles;
import dev.grantex.gemma.file.PatientOpening;

/**
 * Files that an auditor gives beside logs. Links are followed and permissions not looked
 * at: it is a copy that is examined.
 */
final class SmallFile {

	private static final int MAX_BYTES = 1024 * 1024;

	private static final String BYTE_ORDER_MARK = "\uFEFF";

	private SmallFile() {
	}

	/**
	 * Reads a file.
	 * @throws VerifierException if it cannot be read or is larger than 1 MiB
	 */
	static byte[] read(Path file) {
		try (InputStream in = open(file)) {
			byte[] bytes = in.readNBytes(MAX_BYTES + 1);
			if (bytes.length > MAX_BYTES) {
				throw new VerifierException(file + " is too large to be what it was given for.");
			}
			return bytes;
		}
		catch (IOException ex) {
			throw unreadable(file, ex);
		}
	}

	/**
	 * Reads a file of text in UTF-8, or in what its byte order mark says.
	 * @throws VerifierException if it cannot be read or is something else
	 */
	static String readText(Path file) {
		byte[] bytes = read(file);
		AlteredCopy.ofPacked(bytes).ifPresent((what) -> {
			throw new VerifierException(file + " " + what);
		});
		try {
			String text = charsetOf(bytes).newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
		}
		catch (CharacterCodingException ex) {
			throw new VerifierException(file + " is not text.");
		}
	}

	/**
	 * Opens a file, which keeps nobody waiting if it is a pipe that nobody writes to.
	 */
	static InputStream open(Path file) throws IOException {
		return Channels.newInputStream(openChannel(file));
	}

	/**
	 * The same. A log that is written to in this process would lose its lock if its file
	 * were opened again.
	 */
	static SeekableByteChannel openChannel(Path file) throws IOException {
		FileChannel view = LockedFiles.viewOf(file.toRealPath());
		return (view != null) ? view : PatientOpening.of(() -> Files.newByteChannel(file));
	}

	private static Charset charsetOf(byte[] bytes) {
		boolean marked = bytes.length >= 2 && ((bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe)
				|| (bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff));
		return marked ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
	}

	static VerifierException unreadable(Path file, IOException cause) {
		return new VerifierException((cause instanceof NoSuchFileException) ? "There is no file " + file + "."
				: file + " could not be read. Check that it is a file and may be read.");
	}

}
