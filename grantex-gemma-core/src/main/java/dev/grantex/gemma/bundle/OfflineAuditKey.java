package dev.grantex.gemma.bundle;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The Ed25519 key pair that signs the audit entries of one bundle until the next refresh.
 *
 * @param publicKey the public key as SPKI in PEM
 * @param privateKey the private key as PKCS#8 in PEM; absent once a revoked bundle's
 * evidence has been delivered and the key was erased
 * @param algorithm always {@code Ed25519}
 */
public record OfflineAuditKey(String publicKey, @Nullable String privateKey, String algorithm) {

	public OfflineAuditKey {
		Objects.requireNonNull(publicKey, "publicKey");
		Objects.requireNonNull(algorithm, "algorithm");
	}

	/**
	 * Leaves the private key out.
	 */
	@Override
	public String toString() {
		return "OfflineAuditKey[algorithm=" + this.algorithm + "]";
	}

}
