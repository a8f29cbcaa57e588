package dev.grantex.gemma.bundle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import dev.grantex.gemma.BundleTamperedException;

/**
 * The JSON form of a bundle: the members of the API's answer, and the device's own state
 * under one more.
 */
final class BundleJson {

	private static final String STATE = "deviceState";

	private static final TypeReference<LinkedHashMap<String, Object>> MEMBERS = new TypeReference<>() {
	};

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private BundleJson() {
	}

	static ConsentBundle read(String json) {
		try {
			JsonNode root = JSON.readTree(json);
			JsonNode key = member(root, "offlineAuditKey");
			return new ConsentBundle(text(root, "bundleId"), text(root, "grantToken"),
					snapshot(member(root, "jwksSnapshot")),
					new OfflineAuditKey(text(key, "publicKey"), optionalText(key, "privateKey"),
							text(key, "algorithm")),
					Instant.ofEpochMilli(number(root, "checkpointAt")), optionalText(root, "syncEndpoint"),
					Instant.parse(text(root, "offlineExpiresAt")), state(root.get(STATE)));
		}
		catch (RuntimeException ex) {
			throw new BundleTamperedException("The consent bundle is not readable");
		}
	}

	static JwksSnapshot readSnapshot(String json) {
		try {
			return snapshot(JSON.readTree(json));
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw new IllegalArgumentException("Not a JWKS snapshot");
		}
	}

	static String write(ConsentBundle bundle) {
		ObjectNode root = JSON.createObjectNode();
		root.put("bundleId", bundle.bundleId());
		root.put("grantToken", bundle.grantToken());
		ObjectNode snapshot = root.putObject("jwksSnapshot");
		snapshot.set("keys", JSON.valueToTree(bundle.jwksSnapshot().keys()));
		putTime(snapshot, "fetchedAt", bundle.jwksSnapshot().fetchedAt());
		putTime(snapshot, "validUntil", bundle.jwksSnapshot().validUntil());
		ObjectNode key = root.putObject("offlineAuditKey");
		key.put("publicKey", bundle.offlineAuditKey().publicKey());
		if (bundle.offlineAuditKey().privateKey() != null) {
			key.put("privateKey", bundle.offlineAuditKey().privateKey());
		}
		key.put("algorithm", bundle.offlineAuditKey().algorithm());
		root.put("checkpointAt", bundle.checkpointAt().toEpochMilli());
		if (bundle.syncEndpoint() != null) {
			root.put("syncEndpoint", bundle.syncEndpoint());
		}
		putTime(root, "offlineExpiresAt", bundle.offlineExpiresAt());
		if (bundle.state() != null) {
			writeState(root.putObject(STATE), bundle.state());
		}
		return JSON.writeValueAsString(root);
	}

	private static JwksSnapshot snapshot(JsonNode node) {
		List<Map<String, Object>> keys = new ArrayList<>();
		JsonNode array = member(node, "keys");
		require(array.isArray());
		array.forEach((key) -> keys.add(key.isObject() ? JSON.convertValue(key, MEMBERS) : Map.of()));
		return new JwksSnapshot(keys, LenientTime.parse(node.get("fetchedAt")),
				LenientTime.parse(node.get("validUntil")));
	}

	private static @Nullable BundleState state(@Nullable JsonNode node) {
		if (node == null || node.isNull()) {
			return null;
		}
		List<AuditPublicKey> keys = new ArrayList<>();
		member(node, "auditKeys")
			.forEach((key) -> keys.add(new AuditPublicKey(text(key, "publicKey"), number(key, "firstSequence"))));
		JsonNode request = node.get("request");
		JsonNode revocation = node.get("revocation");
		return new BundleState((request != null) ? request(request) : null, keys,
				member(node, "refreshPending").booleanValue(),
				(revocation != null) ? new Revocation(Instant.parse(text(revocation, "revokedAt")),
						member(revocation, "grantRevoked").booleanValue()) : null);
	}

	private static BundleRequest request(JsonNode node) {
		List<String> scopes = new ArrayList<>();
		member(node, "scopes").forEach((scope) -> scopes.add(scope.stringValue()));
		return new BundleRequest(text(node, "agentId"), text(node, "userId"), scopes, optionalText(node, "offlineTTL"),
				optionalText(node, "deviceId"), optionalText(node, "devicePlatform"));
	}

	private static void writeState(ObjectNode node, BundleState state) {
		BundleRequest request = state.request();
		if (request != null) {
			ObjectNode member = node.putObject("request");
			member.put("agentId", request.agentId());
			member.put("userId", request.userId());
			request.scopes().forEach(member.putArray("scopes")::add);
			putText(member, "offlineTTL", request.offlineTtl());
			putText(member, "deviceId", request.deviceId());
			putText(member, "devicePlatform", request.devicePlatform());
		}
		ArrayNode keys = node.putArray("auditKeys");
		state.auditKeys()
			.forEach((key) -> keys.addObject()
				.put("publicKey", key.publicKey())
				.put("firstSequence", key.firstSequence()));
		node.put("refreshPending", state.refreshPending());
		if (state.revocation() != null) {
			ObjectNode revocation = node.putObject("revocation");
			putTime(revocation, "revokedAt", state.revocation().revokedAt());
			revocation.put("grantRevoked", state.revocation().grantRevoked());
		}
	}

	private static void putTime(ObjectNode node, String name, @Nullable Instant time) {
		putText(node, name, (time != null) ? time.toString() : null);
	}

	private static void putText(ObjectNode node, String name, @Nullable String value) {
		if (value != null) {
			node.put(name, value);
		}
	}

	private static JsonNode member(JsonNode node, String name) {
		JsonNode member = node.get(name);
		if (member == null) {
			throw new IllegalArgumentException(name);
		}
		return member;
	}

	private static String text(JsonNode node, String name) {
		JsonNode member = member(node, name);
		require(member.isString());
		return member.stringValue();
	}

	private static @Nullable String optionalText(JsonNode node, String name) {
		JsonNode member = node.get(name);
		return (member != null && member.isString()) ? member.stringValue() : null;
	}

	private static long number(JsonNode node, String name) {
		JsonNode member = member(node, name);
		require(member.canConvertToExactIntegral());
		return member.longValue();
	}

	private static void require(boolean condition) {
		if (!condition) {
			throw new IllegalArgumentException("Unexpected type");
		}
	}

}
