package dev.grantex.gemma.cloud;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.grantex.gemma.audit.SignedAuditEntry;

/**
 * Audit entries for tests.
 */
final class Entries {

	private static final JsonMapper JSON = new JsonMapper();

	private Entries() {
	}

	static SignedAuditEntry of(JsonNode node) {
		List<String> scopes = new ArrayList<>();
		node.get("scopes").forEach((scope) -> scopes.add(scope.stringValue()));
		JsonNode metadata = node.get("metadata");
		return new SignedAuditEntry(node.get("seq").longValue(), node.get("timestamp").stringValue(),
				node.get("action").stringValue(), node.get("agentDID").stringValue(), node.get("grantId").stringValue(),
				scopes, node.get("result").stringValue(), (metadata != null) ? metadata(metadata.toString()) : null,
				node.get("prevHash").stringValue(), node.get("hash").stringValue(),
				node.get("signature").stringValue());
	}

	static Map<String, Object> metadata(String json) {
		return JSON.readValue(json, new TypeReference<LinkedHashMap<String, Object>>() {
		});
	}

	static SignedAuditEntry withMetadata(long seq, @Nullable Map<String, Object> metadata) {
		return new SignedAuditEntry(seq, "2026-11-21T12:00:01.000Z", "tool:read", "did:grantex:ag_1", "grnt_1",
				List.of("read:contacts"), "success", metadata, "0".repeat(16), "a".repeat(64), "b".repeat(128));
	}

}
