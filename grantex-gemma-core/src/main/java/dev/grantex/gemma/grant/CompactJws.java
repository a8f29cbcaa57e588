package dev.grantex.gemma.grant;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.OfflineVerificationException;

/**
 * A JWS in compact serialization (RFC 7515) that claims to be signed with RS256 under a
 * named key, taken apart but not verified.
 *
 * @param header the members of the header
 * @param keyId the header's {@code kid}
 * @param signingInput what is signed
 * @param payload the decoded payload
 * @param signature the signature
 */
record CompactJws(Map<String, @Nullable Object> header, String keyId, byte[] signingInput, byte[] payload,
		byte[] signature) {

	/** A token with the most and longest scopes the service allows is half as long. */
	static final int MAX_LENGTH = 64 * 1024;

	private static final String MALFORMED = "The grant token is malformed";

	/**
	 * Takes a token apart.
	 * @throws OfflineVerificationException if it is not a compact JWS in canonical
	 * encoding, or asks for anything but RS256 under a named key
	 */
	static CompactJws parse(@Nullable String token) {
		if (token == null || token.length() > MAX_LENGTH) {
			throw new OfflineVerificationException(MALFORMED);
		}
		int first = token.indexOf('.');
		int second = token.indexOf('.', first + 1);
		if (first <= 0 || second <= first + 1 || second == token.length() - 1 || token.indexOf('.', second + 1) >= 0) {
			throw new OfflineVerificationException(MALFORMED);
		}
		try {
			StrictJson.Content header = StrictJson.readObject(decode(token.substring(0, first)));
			if (header.repeated()) {
				throw new OfflineVerificationException(MALFORMED);
			}
			byte[] payload = decode(token.substring(first + 1, second));
			byte[] signature = decode(token.substring(second + 1));
			return new CompactJws(header.members(), keyId(header.members()),
					token.substring(0, second).getBytes(StandardCharsets.US_ASCII), payload, signature);
		}
		catch (IllegalArgumentException ex) {
			throw new OfflineVerificationException(MALFORMED);
		}
	}

	/**
	 * Leaves the token out.
	 */
	@Override
	public String toString() {
		return "CompactJws[]";
	}

	private static String keyId(Map<String, @Nullable Object> header) {
		if (!"RS256".equals(header.get("alg"))) {
			throw new OfflineVerificationException("The grant token is not signed with RS256");
		}
		if (header.containsKey("crit") || (header.containsKey("b64") && !Boolean.TRUE.equals(header.get("b64")))) {
			throw new OfflineVerificationException("The grant token needs an extension that is not supported");
		}
		if (header.get("kid") instanceof String keyId && !keyId.isEmpty()) {
			return keyId;
		}
		throw new OfflineVerificationException("The grant token names no key");
	}

	/**
	 * Takes only what encoding gives back: no padding, white space or stray bits.
	 */
	private static byte[] decode(String text) {
		byte[] decoded = Base64.getUrlDecoder().decode(text);
		if (!Base64.getUrlEncoder().withoutPadding().encodeToString(decoded).equals(text)) {
			throw new IllegalArgumentException("Not canonical");
		}
		return decoded;
	}

}
