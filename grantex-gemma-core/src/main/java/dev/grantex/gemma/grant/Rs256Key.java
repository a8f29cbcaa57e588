package dev.grantex.gemma.grant;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

import com.nimbusds.jose.jwk.RSAKey;
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

	private final RSAKey published;

	private final BigInteger modulus;

	private final BigInteger exponent;

	private final byte[] encoding;

	private final SingletonSupplier<Boolean> sound;

	Rs256Key(RSAKey key) {
		this.published = key;
		this.modulus = PublishedKey.modulus(key);
		this.exponent = PublishedKey.exponent(key);
		this.encoding = encoding((this.modulus.bitLength() + 7) / 8);
		this.sound = SingletonSupplier.of(() -> RsaStrength.hidesFactors(this.modulus));
	}

	/**
	 * Whether the key may be used at a moment. What takes long is found out once, for a
	 * key that is asked for.
	 */
	boolean isUsableAt(Instant now) {
		return PublishedKey.isValidAt(this.published, now) && Boolean.TRUE.equals(this.sound.get());
	}

	/**
	 * Whether the other is this key once more, perhaps described in another way.
	 */
	boolean isSameAs(Rs256Key other) {
		return this.modulus.equals(other.modulus) && this.exponent.equals(other.exponent);
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
		return number.modPow(this.exponent, this.modulus).equals(new BigInteger(1, expected));
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
