package dev.grantex.gemma.grant;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import org.jspecify.annotations.Nullable;

/**
 * One member of a JWK set, read as an RSA key for RS256 signatures.
 */
final class PublishedKey {

	/**
	 * What is read of a key. Certificates are not: nothing here trusts them, so an
	 * unreadable one says nothing about the key beside it.
	 */
	private static final Set<String> MEMBERS = Set.of("kty", "kid", "use", "key_ops", "alg", "n", "e", "d", "p", "q",
			"dp", "dq", "qi", "oth");

	/** The end of the year 9999. */
	private static final BigDecimal LATEST_MILLIS = BigDecimal.valueOf(253_402_300_799_999L);

	private PublishedKey() {
	}

	/**
	 * Reads a key.
	 * @return the key, or nothing if it is none that is meant and fit for verifying RS256
	 * signatures at some time; one with its private members is returned with them
	 */
	static @Nullable RSAKey read(Map<String, ?> published) {
		try {
			Map<String, Object> members = new HashMap<>(published);
			members.keySet().retainAll(MEMBERS);
			RSAKey key = RSAKey.parse(members);
			if (key.getKeyID() == null || published.get("revoked") != null || !isForVerification(key)
					|| !RsaStrength.isUsual(modulus(key), exponent(key))) {
				return null;
			}
			return new RSAKey.Builder(key).notBeforeTime(time(published.get("nbf")))
				.expirationTime(time(published.get("exp")))
				.build();
		}
		catch (ParseException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Whether a key may be used at a moment, by its own members.
	 */
	static boolean isValidAt(RSAKey key, Instant now) {
		Date from = key.getNotBeforeTime();
		Date until = key.getExpirationTime();
		return (from == null || !now.isBefore(from.toInstant())) && (until == null || now.isBefore(until.toInstant()));
	}

	static BigInteger modulus(RSAKey key) {
		return key.getModulus().decodeToBigInteger();
	}

	static BigInteger exponent(RSAKey key) {
		return key.getPublicExponent().decodeToBigInteger();
	}

	private static boolean isForVerification(RSAKey key) {
		return (key.getAlgorithm() == null || JWSAlgorithm.RS256.equals(key.getAlgorithm()))
				&& (key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse()))
				&& (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY));
	}

	/**
	 * A time in seconds. What is none makes the key unusable, for nobody knows when it
	 * ends.
	 */
	private static @Nullable Date time(@Nullable Object seconds) {
		if (seconds == null) {
			return null;
		}
		if (!(seconds instanceof Number)) {
			throw new IllegalArgumentException("Not a time");
		}
		BigDecimal millis = new BigDecimal(seconds.toString()).movePointRight(3);
		return new Date(millis.max(BigDecimal.ZERO).min(LATEST_MILLIS).longValue());
	}

}
