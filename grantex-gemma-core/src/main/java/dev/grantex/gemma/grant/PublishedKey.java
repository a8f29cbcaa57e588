package dev.grantex.gemma.grant;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * One member of a JWK set (RFC 7517), read as an RSA key for RS256 signatures (RFC 7518,
 * section 6.3). Certificates are not read: nothing here trusts them, so an unreadable one
 * says nothing about the key beside it.
 *
 * @param id the key's name
 * @param modulus its modulus
 * @param exponent its public exponent
 * @param notBefore from when it may be used
 * @param expiresAt until when, exclusive
 * @param disclosed whether its private part was published too
 */
record PublishedKey(String id, BigInteger modulus, BigInteger exponent, @Nullable Instant notBefore,
		@Nullable Instant expiresAt, boolean disclosed) {

	private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth");

	/** The end of the year 9999. */
	private static final BigDecimal LATEST_MILLIS = BigDecimal.valueOf(253_402_300_799_999L);

	/**
	 * The keys among those published that may verify RS256 signatures. One whose private
	 * part is published too is nobody's any more.
	 */
	static List<PublishedKey> usable(List<? extends Map<String, ?>> published) {
		List<PublishedKey> keys = new ArrayList<>();
		Set<BigInteger> disclosed = new HashSet<>();
		for (Map<String, ?> members : published) {
			PublishedKey key = read(members);
			if (key != null && key.disclosed()) {
				disclosed.add(key.modulus());
			}
			else if (key != null) {
				keys.add(key);
			}
		}
		keys.removeIf((key) -> disclosed.contains(key.modulus()));
		return keys;
	}

	/**
	 * Reads a key.
	 * @return the key, or nothing if it is none that is meant and fit for verifying RS256
	 * signatures at some time
	 */
	static @Nullable PublishedKey read(Map<String, ?> published) {
		try {
			if (!"RSA".equals(published.get("kty")) || !(published.get("kid") instanceof String id)
					|| published.get("revoked") != null || !isForVerification(published)) {
				return null;
			}
			BigInteger modulus = number(published.get("n"));
			BigInteger exponent = number(published.get("e"));
			if (!RsaStrength.isUsual(modulus, exponent)) {
				return null;
			}
			return new PublishedKey(id, modulus, exponent, time(published.get("nbf")), time(published.get("exp")),
					PRIVATE_MEMBERS.stream().anyMatch((name) -> published.get(name) != null));
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Whether the key may be used at a moment, by its own members.
	 */
	boolean isValidAt(Instant now) {
		return (this.notBefore == null || !now.isBefore(this.notBefore))
				&& (this.expiresAt == null || now.isBefore(this.expiresAt));
	}

	private static boolean isForVerification(Map<String, ?> published) {
		return isAbsentOr("RS256", published.get("alg")) && isAbsentOr("sig", published.get("use"))
				&& (published.get("key_ops") == null
						|| (published.get("key_ops") instanceof List<?> operations && operations.contains("verify")));
	}

	private static boolean isAbsentOr(String expected, @Nullable Object value) {
		return value == null || expected.equals(value);
	}

	private static BigInteger number(@Nullable Object base64Url) {
		if (base64Url instanceof String text) {
			return new BigInteger(1, Base64.getUrlDecoder().decode(text));
		}
		throw new IllegalArgumentException("Not a number");
	}

	/**
	 * A time in seconds. What is none makes the key unusable, for nobody knows when it
	 * ends.
	 */
	private static @Nullable Instant time(@Nullable Object seconds) {
		if (seconds == null) {
			return null;
		}
		if (!(seconds instanceof Number)) {
			throw new IllegalArgumentException("Not a time");
		}
		BigDecimal millis = new BigDecimal(seconds.toString()).movePointRight(3);
		return Instant.ofEpochMilli(millis.max(BigDecimal.ZERO).min(LATEST_MILLIS).longValue());
	}

}
