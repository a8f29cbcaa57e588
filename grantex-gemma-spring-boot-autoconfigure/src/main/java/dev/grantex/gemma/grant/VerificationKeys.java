package dev.grantex.gemma.grant;

import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.OfflineVerificationException;

/**
 * The keys of a JWK set that may verify RS256 signatures, by their id: RSA keys of 2048
 * to 8192 bits, meant for verification, and public only. A key id that occurs twice names
 * no key.
 */
final class VerificationKeys {

	private static final JWSHeader RS256 = new JWSHeader(JWSAlgorithm.RS256);

	private static final int MIN_BITS = 2048;

	private static final int MAX_BITS = 8192;

	private final Map<String, JWSVerifier> verifiers;

	private VerificationKeys(Map<String, JWSVerifier> verifiers) {
		this.verifiers = Map.copyOf(verifiers);
	}

	static VerificationKeys of(List<? extends Map<String, ?>> keys) {
		Set<String> seen = new HashSet<>();
		Map<String, JWSVerifier> verifiers = new HashMap<>();
		for (Map<String, ?> key : keys) {
			if (key.get("kid") instanceof String keyId) {
				JWSVerifier verifier = verifier(key);
				if (!seen.add(keyId)) {
					verifiers.remove(keyId);
				}
				else if (verifier != null) {
					verifiers.put(keyId, verifier);
				}
			}
		}
		return new VerificationKeys(verifiers);
	}

	boolean contains(String keyId) {
		return this.verifiers.containsKey(keyId);
	}

	/**
	 * Verifies a signature.
	 * @throws OfflineVerificationException if the key is unknown or the signature is not
	 * its own
	 */
	void verify(CompactJws jws) {
		JWSVerifier verifier = this.verifiers.get(jws.keyId());
		if (verifier == null) {
			throw new OfflineVerificationException("The grant token is signed with an unknown key");
		}
		if (!isSignedBy(verifier, jws)) {
			throw new OfflineVerificationException("The grant token's signature is not valid");
		}
	}

	private static boolean isSignedBy(JWSVerifier verifier, CompactJws jws) {
		try {
			return verifier.verify(RS256, jws.signingInput(), jws.signature());
		}
		catch (JOSEException ex) {
			return false;
		}
	}

	private static @Nullable JWSVerifier verifier(Map<String, ?> members) {
		try {
			RSAKey key = RSAKey.parse(new HashMap<String, Object>(members));
			RSAPublicKey publicKey = key.toRSAPublicKey();
			int bits = publicKey.getModulus().bitLength();
			boolean usable = bits >= MIN_BITS && bits <= MAX_BITS && !key.isPrivate() && isForVerification(key);
			return usable ? new RSASSAVerifier(publicKey) : null;
		}
		catch (ParseException | JOSEException | RuntimeException ex) {
			return null;
		}
	}

	private static boolean isForVerification(RSAKey key) {
		return (key.getAlgorithm() == null || JWSAlgorithm.RS256.equals(key.getAlgorithm()))
				&& (key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse()))
				&& (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY));
	}

}
