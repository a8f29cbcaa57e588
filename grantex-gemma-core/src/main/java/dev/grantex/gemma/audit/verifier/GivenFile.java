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
import java.util.Set;

import dev.grantex.gemma.audit.store.file.LockedFiles;
import dev.grantex.gemma.file.PatientOpening;

/**
 * Files that an auditor gives. Links are followed and permissions not looked at: it is a
 * copy that is examined.
 */
final class GivenFile {

	private static final int MAX_BYTES = 1024 * 1024;

	private static final String BYTE_ORDER_MARK = "\uFEFF";

	private static final Set<String> UTF_16_MARKS = Set.of("\u00ff\u00fe", "\u00fe\u00ff");

	private GivenFile() {
	}

	interface Reading<T> {

		T read() throws IOException;

	}

	/**
	 * Reads of a file, which the user is told about if that is not possible.
	 */
	static <T> T reading(Path file, Reading<T> reading) {
		try {
			return reading.read();
		}
		catch (NoSuchFileException ex) {
			throw new VerifierException("There is no file " + file + ".");
		}
		catch (IOException ex) {
			throw new VerifierException(file + " could not be read. Check that it is a file and may be read.");
		}
	}

	/**
	 * Reads a small file.
	 */
	static byte[] read(Path file) {
		byte[] bytes = read(file, MAX_BYTES + 1);
		if (bytes.length > MAX_BYTES) {
			throw new VerifierException(file + " is too large to be what it was given for.");
		}
		return bytes;
	}

	/**
	 * Reads the beginning of a file, or all of it.
	 */
	static byte[] read(Path file, int length) {
		return reading(file, () -> {
			try (InputStream in = Channels.newInputStream(open(file))) {
				return in.readNBytes(length);
			}
		});
	}

	/**
	 * Reads a small file of text in UTF-8, or in what its byte order mark says.
	 */
	static String readText(Path file) {
		byte[] bytes = read(file);
		AlteredCopy.refusePacked(file, bytes);
		String beginning = new String(bytes, 0, Math.min(2, bytes.length), StandardCharsets.ISO_8859_1);
		Charset charset = UTF_16_MARKS.contains(beginning) ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
		try {
			String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
		}
		catch (CharacterCodingException ex) {
			throw new VerifierException(file + " is not text.");
		}
	}

	/**
	 * Opens a file, which keeps nobody waiting if it is a pipe that nobody writes to. A
	 * log that is written to in this process would lose its lock if its file were opened
	 * again.
	 */
	static SeekableByteChannel open(Path file) throws IOException {
		FileChannel view = LockedFiles.viewOf(file.toRealPath());
		return (view != null) ? view : PatientOpening.of(() -> Files.newByteChannel(file));
	}

}
