package dev.grantex.gemma.grant;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.OfflineVerificationException;

/**
 * The keys of a JWK set that may verify RS256 signatures, by their id: RSA keys of 2048
 * to 8192 bits, meant for verification, and public only. An id that two of them have
 * names neither; whatever else is in the set does not matter.
 */
final class VerificationKeys {

	private final Map<String, List<Rs256Key>> keys = new HashMap<>();

	/**
	 * Takes keys that {@link PublishedKey#usable} let through.
	 * @param examined whether it is known that they hide their factors
	 */
	VerificationKeys(List<PublishedKey> usable, boolean examined) {
		usable.forEach((key) -> this.keys.computeIfAbsent(key.id(), (id) -> new ArrayList<>())
			.add(new Rs256Key(key, examined)));
	}

	/**
	 * Verifies a signature.
	 * @param now what time it is: a key may say until when it is to be used
	 * @return the key it was made with
	 * @throws OfflineVerificationException if the key is unknown or the signature is not
	 * its own
	 */
	Rs256Key verify(CompactJws jws, Instant now) {
		Rs256Key key = named(jws.keyId(), now);
		if (key == null) {
			throw new OfflineVerificationException("The grant token is signed with an unknown key");
		}
		if (!key.verify(jws.signingInput(), jws.signature())) {
			throw new OfflineVerificationException("The grant token's signature is not valid");
		}
		return key;
	}

	/**
	 * The key that alone has a name at a moment.
	 */
	@Nullable Rs256Key named(String keyId, Instant now) {
		Rs256Key named = null;
		for (Rs256Key key : this.keys.getOrDefault(keyId, List.of())) {
			if (key.isUsableAt(now)) {
				if (named != null && !named.isSameAs(key)) {
					return null;
				}
				named = (named != null) ? named : key;
			}
		}
		return named;
	}

}
