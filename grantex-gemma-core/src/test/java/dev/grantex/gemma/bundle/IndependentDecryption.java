package dev.grantex.gemma.bundle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.bouncycastle.crypto.generators.SCrypt;

/**
 * Opens bundle files as the formats' description has them, with nothing of the library.
 */
final class IndependentDecryption {

	private IndependentDecryption() {
	}

	static String python(byte[] file, String hexKey) throws Exception {
		ByteBuffer content = ByteBuffer.wrap(Base64.getDecoder().decode(new String(file, StandardCharsets.US_ASCII)));
		byte[] nonce = take(content, 12);
		return open(HexFormat.of().parseHex(hexKey), nonce, new byte[0], take(content, content.remaining()));
	}

	static String gtxb(byte[] file, String passphrase) throws Exception {
		ByteBuffer content = ByteBuffer.wrap(file);
		byte[] aad = take(content, 21);
		byte[] nonce = take(content, 12);
		byte[] tag = take(content, 16);
		byte[] ciphertext = take(content, content.remaining());
		byte[] key = SCrypt.generate(passphrase.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(aad, 5, 21),
				131072, 8, 1, 32);
		return open(key, nonce, aad,
				ByteBuffer.allocate(ciphertext.length + tag.length).put(ciphertext).put(tag).array());
	}

	private static byte[] take(ByteBuffer content, int length) {
		byte[] bytes = new byte[length];
		content.get(bytes);
		return bytes;
	}

	private static String open(byte[] key, byte[] nonce, byte[] aad, byte[] sealed) throws Exception {
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
		cipher.updateAAD(aad);
		return new String(cipher.doFinal(sealed), StandardCharsets.UTF_8);
	}

}
