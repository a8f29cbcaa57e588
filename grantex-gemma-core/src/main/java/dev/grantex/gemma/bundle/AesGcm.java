package dev.grantex.gemma.bundle;

import java.security.GeneralSecurityException;
import java.util.Arrays;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM with a 12-byte nonce and a 16-byte tag that follows the ciphertext.
 */
final class AesGcm {

	static final int NONCE_BYTES = 12;

	static final int TAG_BYTES = 16;

	private AesGcm() {
	}

	static byte[] encrypt(SecretKey key, byte[] nonce, byte[] aad, byte[] plaintext) {
		try {
			return cipher(Cipher.ENCRYPT_MODE, key, nonce, aad).doFinal(plaintext);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("AES-256-GCM is not available", ex);
		}
	}

	/**
	 * Returns the plaintext, or {@code null} if it does not authenticate.
	 */
	static byte @Nullable [] decrypt(SecretKey key, byte[] nonce, byte[] aad, byte[] ciphertextAndTag) {
		try {
			return cipher(Cipher.DECRYPT_MODE, key, nonce, aad).doFinal(ciphertextAndTag);
		}
		catch (AEADBadTagException ex) {
			return null;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("AES-256-GCM is not available", ex);
		}
	}

	static byte[] concat(byte[]... parts) {
		int length = Arrays.stream(parts).mapToInt((part) -> part.length).sum();
		byte[] all = new byte[length];
		int offset = 0;
		for (byte[] part : parts) {
			System.arraycopy(part, 0, all, offset, part.length);
			offset += part.length;
		}
		return all;
	}

	private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] aad) throws GeneralSecurityException {
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
		cipher.updateAAD(aad);
		return cipher;
	}

}
