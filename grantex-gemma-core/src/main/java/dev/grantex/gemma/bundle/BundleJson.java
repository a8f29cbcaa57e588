package dev.grantex.gemma.bundle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.grantex.gemma.BundleTamperedException;

/**
 * The JSON form of a bundle: the members of the API's answer, and the device's own state
 * under one more.
 */
final class BundleJson {

	private static final String STATE = "deviceState";

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private BundleJson() {
	}

	static ConsentBundle read(String json) {
		try {
			JsonNode root = tree(json);
			JsonNode key = JsonMembers.member(root, "offlineAuditKey");
			return new ConsentBundle(JsonMembers.text(root, "bundleId"), JsonMembers.text(root, "grantToken"),
					snapshot(JsonMembers.member(root, "jwksSnapshot")),
					new OfflineAuditKey(JsonMembers.text(key, "publicKey"), JsonMembers.optionalText(key, "privateKey"),
							JsonMembers.text(key, "algorithm")),
					Instant.ofEpochMilli(JsonMembers.number(root, "checkpointAt")),
					JsonMembers.optionalText(root, "syncEndpoint"), JsonMembers.time(root, "offlineExpiresAt"),
					BundleStateJson.read(root.get(STATE)));
		}
		catch (RuntimeException ex) {
			throw new BundleTamperedException("The consent bundle is not readable");
		}
	}

	static JwksSnapshot readSnapshot(String json) {
		try {
			return snapshot(tree(json));
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
		JsonMembers.putTime(snapshot, "fetchedAt", bundle.jwksSnapshot().fetchedAt());
		JsonMembers.putTime(snapshot, "validUntil", bundle.jwksSnapshot().validUntil());
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
		JsonMembers.putTime(root, "offlineExpiresAt", bundle.offlineExpiresAt());
		if (bundle.state() != null) {
			BundleStateJson.write(root.putObject(STATE), bundle.state());
		}
		return JSON.writeValueAsString(root);
	}

	private static JsonNode tree(String json) {
		JsonMembers.require(JsonEscapes.areAscii(json));
		return JSON.readTree(json);
	}

	private static JwksSnapshot snapshot(JsonNode node) {
		List<Map<String, Object>> keys = new ArrayList<>();
		JsonNode array = JsonMembers.member(node, "keys");
		JsonMembers.require(array.isArray());
		array.forEach((key) -> keys.add(key.isObject() ? JsonMembers.values(key) : Map.of()));
		return new JwksSnapshot(keys, LenientTime.parse(node.get("fetchedAt")),
				LenientTime.parse(node.get("validUntil")));
	}

}
