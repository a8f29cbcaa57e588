package dev.grantex.gemma.audit;

import java.util.Arrays;
import java.util.HexFormat;

import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

import dev.grantex.gemma.bundle.OfflineAuditKey;

/**
 * Signs with one audit key.
 */
public final class EntrySigner {

	private final Ed25519PrivateKeyParameters key;

	private EntrySigner(Ed25519PrivateKeyParameters key) {
		this.key = key;
	}

	/**
	 * Reads the key once for all signatures.
	 * @throws AuditLogException if there is no private key, it is not readable, or it
	 * does not belong to the public one
	 */
	public static EntrySigner of(OfflineAuditKey key) {
		String pem = key.privateKey();
		if (pem != null) {
			try {
				Ed25519PrivateKeyParameters privateKey = AuditKeys.privateKey(pem);
				byte[] publicKey = AuditKeys.publicKey(key.publicKey()).getEncoded();
				if (Arrays.equals(privateKey.generatePublicKey().getEncoded(), publicKey)) {
					return new EntrySigner(privateKey);
				}
			}
			catch (IllegalArgumentException ex) {
				throw unusable();
			}
		}
		throw unusable();
	}

	/**
	 * The signature over the ASCII of a text, as lower-case hex.
	 */
	String sign(String text) {
		return HexFormat.of().formatHex(AuditKeys.sign(this.key, text));
	}

	static AuditLogException unusable() {
		return new AuditLogException(AuditLogException.KEY_UNUSABLE, "The bundle's audit key is missing or unreadable");
	}

}
