package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519 keys in PEM (RFC 7468) and the signatures made with them.
 */
public final class AuditKeys {

	private static final int MAX_PEM_LENGTH = 4096;

	/** The SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410). */
	private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

	/** The PKCS#8 form of an Ed25519 key up to the key itself (RFC 8410, section 7). */
	private static final byte[] PKCS8_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

	private AuditKeys() {
	}

	/**
	 * Reads a public key.
	 * @param pem a SubjectPublicKeyInfo in PEM
	 * @return the key
	 * @throws IllegalArgumentException if it is anything else
	 */
	public static Ed25519PublicKeyParameters publicKey(String pem) {
		try {
			byte[] spki = decode(pem, "PUBLIC KEY");
			if (isRaw(spki, SPKI_PREFIX)) {
				return new Ed25519PublicKeyParameters(spki, SPKI_PREFIX.length);
			}
			AsymmetricKeyParameter key = PublicKeyFactory.createKey(spki);
			if (key instanceof Ed25519PublicKeyParameters publicKey) {
				return publicKey;
			}
		}
		catch (IOException | RuntimeException ex) {
			// The text could be a private key by mistake: it must not reach a message.
		}
		throw new IllegalArgumentException("Not an Ed25519 public key in PEM");
	}

	/**
	 * A public key as a SubjectPublicKeyInfo.
	 */
	public static byte[] spki(Ed25519PublicKeyParameters key) {
		byte[] spki = new byte[SPKI_PREFIX.length + Ed25519PublicKeyParameters.KEY_SIZE];
		System.arraycopy(SPKI_PREFIX, 0, spki, 0, SPKI_PREFIX.length);
		key.encode(spki, SPKI_PREFIX.length);
		return spki;
	}

	/**
	 * A public key in PEM, as {@link #publicKey} reads it.
	 */
	public static String pem(Ed25519PublicKeyParameters key) {
		return "-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(spki(key))
				+ "\n-----END PUBLIC KEY-----\n";
	}

	/**
	 * Reads a private key.
	 * @param pem a PKCS#8 private key in PEM
	 * @return the key
	 * @throws IllegalArgumentException if it is anything else
	 */
	static Ed25519PrivateKeyParameters privateKey(String pem) {
		try {
			byte[] pkcs8 = decode(pem, "PRIVATE KEY");
			if (isRaw(pkcs8, PKCS8_PREFIX)) {
				return new Ed25519PrivateKeyParameters(pkcs8, PKCS8_PREFIX.length);
			}
			AsymmetricKeyParameter key = PrivateKeyFactory.createKey(pkcs8);
			if (key instanceof Ed25519PrivateKeyParameters privateKey) {
				return privateKey;
			}
		}
		catch (IOException | RuntimeException ex) {
			// The causes quote what they cannot read, which here is a secret.
		}
		throw new IllegalArgumentException("Not an Ed25519 private key in PEM");
	}

	static byte[] sign(Ed25519PrivateKeyParameters key, String text) {
		byte[] message = text.getBytes(StandardCharsets.US_ASCII);
		byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
		key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
		return signature;
	}

	public static boolean verify(Ed25519PublicKeyParameters key, String text, byte[] signature) {
		byte[] message = text.getBytes(StandardCharsets.US_ASCII);
		return signature.length == Ed25519.SIGNATURE_SIZE
				&& key.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
	}

	/**
	 * Whether it is the usual form, which needs no ASN.1 parser. That has hundreds of
	 * classes, at each start of an application.
	 */
	private static boolean isRaw(byte[] encoded, byte[] prefix) {
		return encoded.length == prefix.length + Ed25519PublicKeyParameters.KEY_SIZE
				&& Arrays.equals(encoded, 0, prefix.length, prefix, 0, prefix.length);
	}

	private static byte[] decode(String pem, String type) {
		String text = pem.strip();
		String begin = "-----BEGIN " + type + "-----";
		String end = "-----END " + type + "-----";
		if (text.length() > MAX_PEM_LENGTH || !text.startsWith(begin) || !text.endsWith(end)) {
			throw new IllegalArgumentException(type);
		}
		return Base64.getMimeDecoder().decode(text.substring(begin.length(), text.length() - end.length()));
	}

}
