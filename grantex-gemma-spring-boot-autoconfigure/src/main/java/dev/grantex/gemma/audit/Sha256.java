package dev.grantex.gemma.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 as lower-case hex.
 */
final class Sha256 {

	private Sha256() {
	}

	static String hex(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(UnicodeText.utf8(text));
			return HexFormat.of().formatHex(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
