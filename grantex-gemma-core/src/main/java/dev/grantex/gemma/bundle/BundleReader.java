package dev.grantex.gemma.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import dev.grantex.gemma.BundleTamperedException;
import dev.grantex.gemma.file.PatientOpening;

/**
 * Reads an encrypted bundle file for an examination: nothing is written, and a copy with
 * other permissions or behind a link will do. What acts upon a bundle uses
 * {@link EncryptedFileBundleRepository} instead.
 */
public final class BundleReader {

	static final int MAX_BYTES = 4 * 1024 * 1024;

	private final BundleSecret secret;

	private BundleReader(BundleSecret secret) {
		this.secret = secret;
	}

	/**
	 * A reader of files that were encrypted with a key.
	 * @param hexKey the AES-256 key as 64 hexadecimal digits
	 * @return the reader
	 * @throws InvalidBundleKeyException if the key is anything else
	 */
	public static BundleReader withKey(String hexKey) {
		return new BundleReader(BundleSecret.ofHexKey(hexKey));
	}

	/**
	 * A reader of files that were encrypted with a passphrase.
	 * @param passphrase the passphrase, not empty
	 * @return the reader
	 * @throws InvalidBundleKeyException if the passphrase is empty
	 */
	public static BundleReader withPassphrase(String passphrase) {
		return new BundleReader(BundleSecret.ofPassphrase(passphrase));
	}

	/**
	 * Reads a bundle.
	 * @param file a file in any of the formats that {@link EncryptedFileBundleRepository}
	 * reads
	 * @return the bundle
	 * @throws BundleTamperedException if the file is damaged, was altered, or was
	 * encrypted with another secret
	 * @throws IOException if the file cannot be read
	 */
	public ConsentBundle read(Path file) throws IOException {
		byte[] bytes;
		try (InputStream in = PatientOpening.of(() -> Files.newInputStream(file))) {
			bytes = in.readNBytes(MAX_BYTES + 1);
		}
		requireSize(bytes);
		byte[] plaintext = BundleFileFormat.of(bytes).decrypt(bytes, this.secret);
		if (plaintext == null) {
			throw notOpened();
		}
		try {
			return parse(plaintext);
		}
		finally {
			Arrays.fill(plaintext, (byte) 0);
		}
	}

	static void requireSize(byte[] bytes) {
		if (bytes.length > MAX_BYTES) {
			throw new BundleTamperedException("The stored consent bundle is larger than any bundle");
		}
	}

	static BundleTamperedException notOpened() {
		return new BundleTamperedException(
				"The stored consent bundle is damaged, was altered, or was encrypted with another key");
	}

	static ConsentBundle parse(byte[] plaintext) {
		try {
			return ConsentBundle
				.parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(plaintext)).toString());
		}
		catch (CharacterCodingException ex) {
			throw new BundleTamperedException("The stored consent bundle is not text");
		}
	}

}
