package dev.grantex.gemma.bundle;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import org.bouncycastle.crypto.generators.SCrypt;
import org.jspecify.annotations.Nullable;

/**
 * What bundle files are encrypted with: a text that is a passphrase and, when it has 64
 * hexadecimal digits, may be a key as well.
 */
final class BundleSecret {

	private static final Pattern HEX_KEY = Pattern.compile("[0-9a-fA-F]{64}");

	private static final int SCRYPT_COST = 1 << 17;

	private static final int SCRYPT_BLOCK_SIZE = 8;

	private static final int KEY_BYTES = 32;

	private static final int KEPT_KEYS = 16;

	private final String text;

	private final @Nullable SecretKey rawKey;

	/** Deriving a key takes 128 MiB and a good part of a second, so keys are kept. */
	private final Map<String, SecretKey> derivedKeys = new LinkedHashMap<>(KEPT_KEYS, 0.75f, true) {
		@Override
		protected boolean removeEldestEntry(Map.Entry<String, SecretKey> eldest) {
			return size() > KEPT_KEYS;
		}
	};

	private BundleSecret(String text, @Nullable SecretKey rawKey) {
		this.text = text;
		this.rawKey = rawKey;
	}

	static BundleSecret ofHexKey(String hexKey) {
		if (!HEX_KEY.matcher(hexKey).matches()) {
			throw new InvalidBundleKeyException("The bundle's encryption key must be 64 hexadecimal digits, "
					+ "as 'openssl rand -hex 32' prints them, without spaces or a line break");
		}
		return new BundleSecret(hexKey, aes(HexFormat.of().parseHex(hexKey)));
	}

	static BundleSecret ofPassphrase(String passphrase) {
		if (passphrase.isEmpty()) {
			throw new InvalidBundleKeyException("The bundle's passphrase must not be empty");
		}
		return new BundleSecret(passphrase, null);
	}

	/**
	 * A secret of which is not known which kind it was.
	 */
	static BundleSecret ofKeyOrPassphrase(String secret) {
		return HEX_KEY.matcher(secret).matches() ? ofHexKey(secret) : ofPassphrase(secret);
	}

	/**
	 * The text read as a key, or {@code null} if it is only a passphrase.
	 */
	@Nullable SecretKey rawKey() {
		return this.rawKey;
	}

	synchronized SecretKey scryptKey(byte[] salt) {
		return this.derivedKeys.computeIfAbsent(HexFormat.of().formatHex(salt), (unused) -> {
			byte[] passphrase = this.text.getBytes(StandardCharsets.UTF_8);
			try {
				return aes(SCrypt.generate(passphrase, salt, SCRYPT_COST, SCRYPT_BLOCK_SIZE, 1, KEY_BYTES));
			}
			finally {
				Arrays.fill(passphrase, (byte) 0);
			}
		});
	}

	SecretKey sha256Key() {
		byte[] passphrase = this.text.getBytes(StandardCharsets.UTF_8);
		try {
			return aes(MessageDigest.getInstance("SHA-256").digest(passphrase));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("SHA-256 is not available", ex);
		}
		finally {
			Arrays.fill(passphrase, (byte) 0);
		}
	}

	private static SecretKey aes(byte[] key) {
		try {
			return new SecretKeySpec(key, "AES");
		}
		finally {
			Arrays.fill(key, (byte) 0);
		}
	}

}
