package dev.grantex.gemma.grant;

import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
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

	private static final int MIN_BITS = 2048;

	private static final int MAX_BITS = 8192;

	private final Map<String, Rs256Key> keys;

	private VerificationKeys(Map<String, Rs256Key> keys) {
		this.keys = Map.copyOf(keys);
	}

	static VerificationKeys of(List<? extends Map<String, ?>> published) {
		return of(usable(published));
	}

	/**
	 * Takes keys that {@link #usable} let through.
	 */
	static VerificationKeys of(Collection<RSAKey> usable) {
		Map<String, Rs256Key> keys = new HashMap<>();
		usable.forEach((key) -> keys.put(key.getKeyID(), new Rs256Key(key)));
		return new VerificationKeys(keys);
	}

	/**
	 * The keys among those published that may verify RS256 signatures.
	 */
	static Collection<RSAKey> usable(List<? extends Map<String, ?>> published) {
		Set<String> seen = new HashSet<>();
		Map<String, RSAKey> keys = new LinkedHashMap<>();
		for (Map<String, ?> members : published) {
			if (members.get("kid") instanceof String keyId) {
				RSAKey key = usableKey(members);
				if (!seen.add(keyId)) {
					keys.remove(keyId);
				}
				else if (key != null) {
					keys.put(keyId, key);
				}
			}
		}
		return keys.values();
	}

	boolean contains(String keyId) {
		return this.keys.containsKey(keyId);
	}

	/**
	 * Verifies a signature.
	 * @throws OfflineVerificationException if the key is unknown or the signature is not
	 * its own
	 */
	void verify(CompactJws jws) {
		Rs256Key key = this.keys.get(jws.keyId());
		if (key == null) {
			throw new OfflineVerificationException("The grant token is signed with an unknown key");
		}
		if (!key.verify(jws.signingInput(), jws.signature())) {
			throw new OfflineVerificationException("The grant token's signature is not valid");
		}
	}

	private static @Nullable RSAKey usableKey(Map<String, ?> members) {
		try {
			RSAKey key = RSAKey.parse(new HashMap<String, Object>(members));
			RSAPublicKey publicKey = key.toRSAPublicKey();
			int bits = publicKey.getModulus().bitLength();
			boolean usable = bits >= MIN_BITS && bits <= MAX_BITS && !key.isPrivate() && isForVerification(key);
			return usable ? key : null;
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
