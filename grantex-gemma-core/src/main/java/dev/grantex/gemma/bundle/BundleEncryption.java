package dev.grantex.gemma.bundle;

import java.security.SecureRandom;

import javax.crypto.SecretKey;

import org.jspecify.annotations.Nullable;

/**
 * Encrypts bundles with the current secret: in the Python package's format for a key, in
 * the TypeScript package's for a passphrase, of which a key is derived once. Not safe for
 * use by several threads at once.
 */
final class BundleEncryption {

	private final BundleSecret secret;

	private final SecureRandom random = new SecureRandom();

	private byte @Nullable [] salt;

	BundleEncryption(BundleSecret secret) {
		this.secret = secret;
	}

	BundleSecret secret() {
		return this.secret;
	}

	/**
	 * The format of what is encrypted.
	 */
	BundleFileFormat format() {
		return (this.secret.rawKey() != null) ? BundleFileFormat.PYTHON : BundleFileFormat.GTXB;
	}

	/**
	 * Goes on with the key that a file was encrypted with.
	 * @param encrypted the content of a file in this {@link #format()} that the secret
	 * opens
	 */
	void goOnWith(byte[] encrypted) {
		if (format() == BundleFileFormat.GTXB) {
			this.salt = BundleFileFormat.saltOf(encrypted);
		}
	}

	byte[] encrypt(byte[] plaintext) {
		SecretKey key = this.secret.rawKey();
		byte[] nonce = randomBytes(AesGcm.NONCE_BYTES);
		if (key != null) {
			return BundleFileFormat.encryptPython(key, nonce, plaintext);
		}
		if (this.salt == null) {
			this.salt = randomBytes(BundleFileFormat.SALT_BYTES);
		}
		return BundleFileFormat.encryptGtxb(this.secret, this.salt, nonce, plaintext);
	}

	private byte[] randomBytes(int length) {
		byte[] bytes = new byte[length];
		this.random.nextBytes(bytes);
		return bytes;
	}

}
