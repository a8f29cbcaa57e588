package dev.grantex.gemma.grant;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.jwk.RSAKey;

import dev.grantex.gemma.OfflineVerificationException;

/**
 * The keys of a JWK set that may verify RS256 signatures, by their id: RSA keys of 2048
 * to 8192 bits, meant for verification, and public only. An id that two of them have
 * names neither; whatever else is in the set does not matter.
 */
final class VerificationKeys {

	private final Map<String, List<Rs256Key>> keys = new HashMap<>();

	private VerificationKeys(Collection<RSAKey> usable) {
		usable.forEach(
				(key) -> this.keys.computeIfAbsent(key.getKeyID(), (id) -> new ArrayList<>()).add(new Rs256Key(key)));
	}

	static VerificationKeys of(List<? extends Map<String, ?>> published) {
		return of(usable(published));
	}

	/**
	 * Takes keys that {@link #usable} let through.
	 */
	static VerificationKeys of(Collection<RSAKey> usable) {
		return new VerificationKeys(usable);
	}

	/**
	 * The keys among those published that may verify RS256 signatures. One whose private
	 * part is published too is nobody's any more.
	 */
	static List<RSAKey> usable(List<? extends Map<String, ?>> published) {
		List<RSAKey> keys = new ArrayList<>();
		Set<BigInteger> disclosed = new HashSet<>();
		for (Map<String, ?> members : published) {
			RSAKey key = PublishedKey.read(members);
			if (key != null && key.isPrivate()) {
				disclosed.add(PublishedKey.modulus(key));
			}
			else if (key != null) {
				keys.add(key);
			}
		}
		keys.removeIf((key) -> disclosed.contains(PublishedKey.modulus(key)));
		return keys;
	}

	/**
	 * Verifies a signature.
	 * @param now what time it is: a key may say until when it is to be used
	 * @throws OfflineVerificationException if the key is unknown or the signature is not
	 * its own
	 */
	void verify(CompactJws jws, Instant now) {
		List<Rs256Key> named = this.keys.getOrDefault(jws.keyId(), List.of())
			.stream()
			.filter((key) -> key.isUsableAt(now))
			.toList();
		if (named.isEmpty() || !named.stream().allMatch(named.get(0)::isSameAs)) {
			throw new OfflineVerificationException("The grant token is signed with an unknown key");
		}
		if (!named.get(0).verify(jws.signingInput(), jws.signature())) {
			throw new OfflineVerificationException("The grant token's signature is not valid");
		}
	}

}
