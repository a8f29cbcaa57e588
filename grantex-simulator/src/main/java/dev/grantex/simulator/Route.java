package dev.grantex.simulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The calls of the API, as faults and recorded requests name them.
 */
public enum Route {

	/** {@code POST /v1/agents}. */
	REGISTER_AGENT("POST", "/v1/agents", 5000),

	/** {@code POST /v1/consent-bundles}. */
	CREATE("POST", "/v1/consent-bundles", 10),

	/** {@code GET /v1/consent-bundles}. */
	LIST("GET", "/v1/consent-bundles", 100),

	/** {@code GET /v1/consent-bundles/{id}}. */
	GET("GET", "/v1/consent-bundles/([^/]+)", 100),

	/** {@code GET /v1/consent-bundles/{id}/revocation-status}. */
	STATUS("GET", "/v1/consent-bundles/([^/]+)/revocation-status", 100),

	/** {@code POST /v1/consent-bundles/{id}/refresh}. */
	REFRESH("POST", "/v1/consent-bundles/([^/]+)/refresh", 10),

	/** {@code POST /v1/consent-bundles/{id}/revoke}. */
	REVOKE("POST", "/v1/consent-bundles/([^/]+)/revoke", 20),

	/** {@code GET /v1/consent-bundles/{id}/audit}. */
	AUDIT("GET", "/v1/consent-bundles/([^/]+)/audit", 100),

	/** {@code POST /v1/audit/offline-sync}. */
	SYNC("POST", "/v1/audit/offline-sync", 20),

	/** {@code DELETE /v1/grants/{id}}. */
	REVOKE_GRANT("DELETE", "/v1/grants/([^/]+)", 5000),

	/** {@code POST /v1/tokens/verify}. */
	VERIFY_TOKEN("POST", "/v1/tokens/verify", 5000),

	/** {@code GET /.well-known/jwks.json}. */
	JWKS("GET", "/\\.well-known/jwks\\.json", 0),

	/** {@code GET /health}. */
	HEALTH("GET", "/health", 5000),

	/** Any path that the service does not know. */
	UNKNOWN("", "", 5000),

	/** Stands for every route where a fault is set up; no request is recorded with it. */
	ANY("", "", 0);

	private final String method;

	private final Pattern path;

	private final int limit;

	Route(String method, String path, int limit) {
		this.method = method;
		this.path = Pattern.compile(path);
		this.limit = limit;
	}

	static Route of(String method, String path) {
		for (Route route : values()) {
			if (route.method.equals(method) && route.path.matcher(path).matches()) {
				return route;
			}
		}
		return UNKNOWN;
	}

	/**
	 * The identifier in a path of this route.
	 */
	@Nullable String identifier(String requestPath) {
		Matcher matcher = this.path.matcher(requestPath);
		return (matcher.matches() && matcher.groupCount() == 1) ? matcher.group(1) : null;
	}

	/**
	 * Requests a minute and client address, or 0 where the service does not count.
	 */
	int limit() {
		return this.limit;
	}

	boolean isPublic() {
		return this == JWKS || this == HEALTH;
	}

	boolean covers(Route other) {
		return this == ANY || this == other;
	}

}
