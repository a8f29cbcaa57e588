package dev.grantex.simulator;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The header fields that the service puts on its answers whatever they say.
 */
final class StandardHeaders {

	private static final Map<String, String> SECURITY = Map.of("strict-transport-security",
			"max-age=31536000; includeSubDomains", "x-content-type-options", "nosniff", "x-frame-options", "DENY",
			"x-xss-protection", "0", "referrer-policy", "strict-origin-when-cross-origin", "permissions-policy",
			"camera=(), microphone=(), geolocation=()", "cache-control", "no-store", "content-security-policy",
			"default-src 'none'; frame-ancestors 'none'; base-uri 'none'");

	private static final Map<String, String> CROSS_ORIGIN = Map.of("vary", "Origin", "access-control-allow-credentials",
			"true", "access-control-expose-headers",
			"X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After");

	private StandardHeaders() {
	}

	/**
	 * Fields of an answer given before the body was understood.
	 */
	static Map<String, String> early() {
		return SECURITY;
	}

	static Map<String, String> full() {
		Map<String, String> all = new LinkedHashMap<>(SECURITY);
		all.putAll(CROSS_ORIGIN);
		return all;
	}

}
