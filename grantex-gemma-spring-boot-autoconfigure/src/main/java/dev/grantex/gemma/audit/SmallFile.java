package dev.grantex.gemma.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Files that an auditor gives beside logs. Links are followed and permissions not looked
 * at: it is a copy that is examined.
 */
final class SmallFile {

	private static final int MAX_BYTES = 1024 * 1024;

	private SmallFile() {
	}

	/**
	 * Reads a file.
	 * @throws VerifierException if it cannot be read or is larger than 1 MiB
	 */
	static byte[] read(Path file) {
		try (InputStream in = Files.newInputStream(file)) {
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
	 * Reads a file of UTF-8 text.
	 * @throws VerifierException if it cannot be read or is something else
	 */
	static String readText(Path file) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read(file))).toString();
		}
		catch (CharacterCodingException ex) {
			throw new VerifierException(file + " is not text.");
		}
	}

	static VerifierException unreadable(Path file, IOException cause) {
		return new VerifierException((cause instanceof NoSuchFileException) ? "There is no file " + file + "."
				: file + " could not be read. Check that it is a file and may be read.");
	}

}
