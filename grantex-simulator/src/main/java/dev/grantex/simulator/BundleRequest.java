package dev.grantex.simulator;

import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a bundle is asked for, checked as far as that needs no stored data.
 */
record BundleRequest(String agentId, JsonNode user, List<String> scopes, OfflineTtl ttl, @Nullable String deviceId,
		@Nullable String devicePlatform) {

	static BundleRequest parse(JsonNode body) {
		JsonNode agentId = body.path("agentId");
		JsonNode user = body.path("userId");
		JsonNode scopes = body.path("scopes");
		if (!Json.isTruthy(agentId) || !Json.isTruthy(user) || !scopes.isArray() || scopes.isEmpty()) {
			throw ApiException.badRequest("agentId, userId, and non-empty scopes array are required");
		}
		if (!Json.isScopeList(scopes)) {
			throw ApiException.badRequest("scopes must contain 1 to 100 non-empty strings of at most 256 characters");
		}
		JsonNode algorithm = body.path("offlineAuditKeyAlgorithm");
		if (!algorithm.isMissingNode() && !(algorithm.isString() && algorithm.stringValue().equals("Ed25519"))) {
			throw ApiException.badRequest("offlineAuditKeyAlgorithm must be Ed25519");
		}
		refuseWhatTheDatabaseRefuses(user);
		String agent = agentId.isString() ? agentId.stringValue() : "";
		return new BundleRequest(agent, user, Json.texts(scopes).stream().map(Utf16::wellFormed).toList(),
				ttl(body.path("offlineTTL")), Json.column(body.path("deviceId")),
				Json.column(body.path("devicePlatform")));
	}

	private static void refuseWhatTheDatabaseRefuses(JsonNode value) {
		Json.column(value);
	}

	private static OfflineTtl ttl(JsonNode value) {
		if (value.isMissingNode()) {
			return OfflineTtl.parse("72h");
		}
		return OfflineTtl.parse(value.isString() ? value.stringValue() : EcmaJsonWriter.write(value));
	}

}
