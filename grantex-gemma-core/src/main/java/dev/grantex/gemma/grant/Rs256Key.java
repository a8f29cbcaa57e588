package dev.grantex.gemma.grant;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

import javax.crypto.Cipher;

import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;

/**
 * A public key for RSASSA-PKCS1-v1_5 with SHA-256. Verifies by comparing encodings, as
 * RFC 8017, section 8.2.2, has it: the JDK's own verification and the JOSE library, which
 * uses it, also accept an encoding that leaves the hash's parameters out.
 */
final class Rs256Key {

	/** The DER encoding of what precedes a SHA-256 hash, from RFC 8017, section 9.2. */
	private static final byte[] DIGEST_INFO = HexFormat.of().parseHex("3031300d060960864801650304020105000420");

	private static final int HASH_BYTES = 32;

	/** Raises to the power of the public exponent, which is what it is to encrypt. */
	private static final String EXPONENTIATION = "RSA/ECB/NoPadding";

	private final PublishedKey published;

	private final BigInteger modulus;

	private final byte[] encoding;

	private final SingletonSupplier<Boolean> sound;

	private final SingletonSupplier<PublicKey> key;

	private volatile boolean used;

	Rs256Key(PublishedKey published, boolean examined) {
		this.published = published;
		this.modulus = published.modulus();
		this.encoding = encoding((this.modulus.bitLength() + 7) / 8);
		this.sound = SingletonSupplier.of(() -> examined || RsaStrength.hidesFactors(this.modulus));
		this.key = SingletonSupplier.ofNullable(this::platformKey);
	}

	/**
	 * Whether the key may be used at a moment. What takes long is found out once, for a
	 * key that is asked for.
	 */
	boolean isUsableAt(Instant now) {
		return this.published.isValidAt(now) && Boolean.TRUE.equals(this.sound.get());
	}

	/**
	 * Whether the other is this key once more, perhaps described in another way.
	 */
	boolean isSameAs(Rs256Key other) {
		return this.modulus.equals(other.modulus) && this.published.exponent().equals(other.published.exponent());
	}

	boolean verify(byte[] signed, byte[] signature) {
		if (signature.length != this.encoding.length) {
			return false;
		}
		BigInteger number = new BigInteger(1, signature);
		if (number.compareTo(this.modulus) >= 0) {
			return false;
		}
		byte[] expected = this.encoding.clone();
		System.arraycopy(sha256(signed), 0, expected, expected.length - HASH_BYTES, HASH_BYTES);
		return power(signature, number).equals(new BigInteger(1, expected));
	}

	/**
	 * Leaves the exponentiation to the platform, because some of its providers have
	 * native code for it. They take fewer keys than RFC 8017 allows. The first one of a
	 * key does without: it is made while an application starts, and the platform loads a
	 * hundred classes and more for it.
	 */
	private BigInteger power(byte[] signature, BigInteger number) {
		PublicKey key = this.used ? this.key.get() : null;
		this.used = true;
		if (key != null) {
			try {
				Cipher cipher = Cipher.getInstance(EXPONENTIATION);
				cipher.init(Cipher.ENCRYPT_MODE, key);
				return new BigInteger(1, cipher.doFinal(signature));
			}
			catch (GeneralSecurityException | ProviderException ex) {
				// Computed below.
			}
		}
		return number.modPow(this.published.exponent(), this.modulus);
	}

	private @Nullable PublicKey platformKey() {
		try {
			return KeyFactory.getInstance("RSA")
				.generatePublic(new RSAPublicKeySpec(this.modulus, this.published.exponent()));
		}
		catch (GeneralSecurityException ex) {
			return null;
		}
	}

	/**
	 * The encoded message but for the hash at its end.
	 */
	private static byte[] encoding(int length) {
		byte[] encoding = new byte[length];
		int separator = length - HASH_BYTES - DIGEST_INFO.length - 1;
		encoding[1] = 1;
		Arrays.fill(encoding, 2, separator, (byte) 0xff);
		System.arraycopy(DIGEST_INFO, 0, encoding, separator + 1, DIGEST_INFO.length);
		return encoding;
	}

	private static byte[] sha256(byte[] bytes) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(bytes);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("SHA-256 is not available", ex);
		}
	}

}
