package dev.grantex.gemma.bundle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

import javax.crypto.SecretKey;

import org.jspecify.annotations.Nullable;

/**
 * The three formats of encrypted bundle files. Which one a file has shows in its bytes,
 * never in the kind of secret.
 */
enum BundleFileFormat {

	/**
	 * Base64 text of a 12-byte nonce, ciphertext and tag, as the Python package
	 * {@code grantex-gemma} writes it.
	 */
	PYTHON {

		@Override
		byte @Nullable [] decrypt(byte[] file, BundleSecret secret) {
			SecretKey key = secret.rawKey();
			byte[] content = decodeBase64(file);
			if (key == null || content == null || content.length < AesGcm.NONCE_BYTES + AesGcm.TAG_BYTES) {
				return null;
			}
			return AesGcm.decrypt(key, Arrays.copyOf(content, AesGcm.NONCE_BYTES), NO_AAD,
					Arrays.copyOfRange(content, AesGcm.NONCE_BYTES, content.length));
		}

	},

	/**
	 * {@code GTXB}, the version 1, a 16-byte salt, a 12-byte nonce, tag and ciphertext,
	 * as the TypeScript package {@code @grantex/gemma} writes it.
	 */
	GTXB {

		@Override
		byte @Nullable [] decrypt(byte[] file, BundleSecret secret) {
			if (file.length < AAD_BYTES + AesGcm.NONCE_BYTES + AesGcm.TAG_BYTES || file[MAGIC.length] != VERSION) {
				return null;
			}
			byte[] aad = Arrays.copyOf(file, AAD_BYTES);
			return decryptTagFirst(secret.scryptKey(saltOf(file)), file, AAD_BYTES, aad);
		}

	},

	/**
	 * A 12-byte nonce, tag and ciphertext under the SHA-256 of the passphrase, as early
	 * versions of {@code @grantex/gemma} wrote it. Only read.
	 */
	LEGACY {

		@Override
		byte @Nullable [] decrypt(byte[] file, BundleSecret secret) {
			if (file.length < AesGcm.NONCE_BYTES + AesGcm.TAG_BYTES) {
				return null;
			}
			return decryptTagFirst(secret.sha256Key(), file, 0, NO_AAD);
		}

	};

	static final int SALT_BYTES = 16;

	private static final byte[] MAGIC = "GTXB".getBytes(StandardCharsets.US_ASCII);

	private static final byte VERSION = 1;

	private static final int AAD_BYTES = MAGIC.length + 1 + SALT_BYTES;

	private static final byte[] NO_AAD = new byte[0];

	/**
	 * The format of a file. A Python file may by chance begin with the magic bytes, but
	 * it is text throughout.
	 */
	static BundleFileFormat of(byte[] file) {
		if (decodeBase64(file) != null) {
			return PYTHON;
		}
		boolean magic = file.length >= MAGIC.length && Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
		return magic ? GTXB : LEGACY;
	}

	/**
	 * Returns the plaintext, or {@code null} if the file does not open with this secret.
	 */
	abstract byte @Nullable [] decrypt(byte[] file, BundleSecret secret);

	static byte[] encryptPython(SecretKey key, byte[] nonce, byte[] plaintext) {
		return Base64.getEncoder().encode(AesGcm.concat(nonce, AesGcm.encrypt(key, nonce, NO_AAD, plaintext)));
	}

	static byte[] encryptGtxb(BundleSecret secret, byte[] salt, byte[] nonce, byte[] plaintext) {
		byte[] aad = AesGcm.concat(MAGIC, new byte[] { VERSION }, salt);
		byte[] encrypted = AesGcm.encrypt(secret.scryptKey(salt), nonce, aad, plaintext);
		int tag = encrypted.length - AesGcm.TAG_BYTES;
		return AesGcm.concat(aad, nonce, Arrays.copyOfRange(encrypted, tag, encrypted.length),
				Arrays.copyOf(encrypted, tag));
	}

	/**
	 * The salt of a {@link #GTXB} file.
	 */
	static byte[] saltOf(byte[] file) {
		return Arrays.copyOfRange(file, MAGIC.length + 1, AAD_BYTES);
	}

	private static byte @Nullable [] decryptTagFirst(SecretKey key, byte[] file, int offset, byte[] aad) {
		int tag = offset + AesGcm.NONCE_BYTES;
		int ciphertext = tag + AesGcm.TAG_BYTES;
		return AesGcm.decrypt(key, Arrays.copyOfRange(file, offset, tag), aad, AesGcm
			.concat(Arrays.copyOfRange(file, ciphertext, file.length), Arrays.copyOfRange(file, tag, ciphertext)));
	}

	/**
	 * Decodes only what encoding gives back, because a decoder that forgives does not
	 * notice every damaged byte.
	 */
	private static byte @Nullable [] decodeBase64(byte[] file) {
		try {
			byte[] decoded = Base64.getDecoder().decode(file);
			return Arrays.equals(Base64.getEncoder().encode(decoded), file) ? decoded : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
