package dev.grantex.gemma.bundle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON form of what the device itself remembers about a bundle.
 */
final class BundleStateJson {

	private BundleStateJson() {
	}

	static @Nullable BundleState read(@Nullable JsonNode node) {
		if (node == null || node.isNull()) {
			return null;
		}
		List<AuditPublicKey> keys = new ArrayList<>();
		JsonMembers.member(node, "auditKeys")
			.forEach((key) -> keys
				.add(new AuditPublicKey(JsonMembers.text(key, "publicKey"), JsonMembers.number(key, "firstSequence"))));
		JsonNode request = node.get("request");
		JsonNode revocation = node.get("revocation");
		JsonNode stranding = node.get("stranding");
		JsonNode predecessor = node.get("predecessor");
		return new BundleState((request != null) ? request(request) : null, keys,
				JsonMembers.flag(node, "refreshPending"), (revocation != null) ? revocation(revocation) : null,
				(stranding != null) ? stranding(stranding) : null,
				(predecessor != null) ? predecessor(predecessor) : null, times(node.get("keyRepairs")),
				orphans(node.get("orphans")));
	}

	static void write(ObjectNode node, BundleState state) {
		if (state.request() != null) {
			write(node.putObject("request"), state.request());
		}
		ArrayNode keys = node.putArray("auditKeys");
		state.auditKeys()
			.forEach((key) -> keys.addObject()
				.put("publicKey", key.publicKey())
				.put("firstSequence", key.firstSequence()));
		node.put("refreshPending", state.refreshPending());
		if (state.revocation() != null) {
			ObjectNode revocation = node.putObject("revocation");
			JsonMembers.putTime(revocation, "revokedAt", state.revocation().revokedAt());
			revocation.put("grantRevoked", state.revocation().grantRevoked());
		}
		if (state.stranding() != null) {
			write(node.putObject("stranding"), state.stranding());
		}
		if (state.predecessor() != null) {
			write(node.putObject("predecessor"), state.predecessor());
		}
		if (!state.orphans().isEmpty()) {
			ArrayNode orphans = node.putArray("orphans");
			state.orphans().forEach((orphan) -> write(orphans.addObject(), orphan));
		}
		if (!state.keyRepairs().isEmpty()) {
			ArrayNode repairs = node.putArray("keyRepairs");
			state.keyRepairs().forEach((time) -> repairs.add(time.toString()));
		}
	}

	private static BundleRequest request(JsonNode node) {
		List<String> scopes = new ArrayList<>();
		JsonMembers.member(node, "scopes").forEach((scope) -> scopes.add(scope.stringValue()));
		return new BundleRequest(JsonMembers.text(node, "agentId"), JsonMembers.text(node, "userId"), scopes,
				JsonMembers.optionalText(node, "offlineTTL"), JsonMembers.optionalText(node, "deviceId"),
				JsonMembers.optionalText(node, "devicePlatform"));
	}

	private static void write(ObjectNode node, BundleRequest request) {
		node.put("agentId", request.agentId());
		node.put("userId", request.userId());
		request.scopes().forEach(node.putArray("scopes")::add);
		JsonMembers.putText(node, "offlineTTL", request.offlineTtl());
		JsonMembers.putText(node, "deviceId", request.deviceId());
		JsonMembers.putText(node, "devicePlatform", request.devicePlatform());
	}

	private static Revocation revocation(JsonNode node) {
		return new Revocation(JsonMembers.time(node, "revokedAt"), JsonMembers.flag(node, "grantRevoked"));
	}

	private static Stranding stranding(JsonNode node) {
		return new Stranding(StrandingReason.of(JsonMembers.text(node, "reason")), JsonMembers.time(node, "since"),
				node.has("sequence") ? (Long) JsonMembers.number(node, "sequence") : null);
	}

	private static void write(ObjectNode node, Stranding stranding) {
		node.put("reason", stranding.reason().code());
		JsonMembers.putTime(node, "since", stranding.since());
		if (stranding.sequence() != null) {
			node.put("sequence", stranding.sequence());
		}
	}

	private static Predecessor predecessor(JsonNode node) {
		return new Predecessor(JsonMembers.text(node, "bundleId"), StrandingReason.of(JsonMembers.text(node, "reason")),
				JsonMembers.number(node, "lastAcceptedSequence"), JsonMembers.optionalText(node, "lastAcceptedHash"),
				JsonMembers.number(node, "lastLocalSequence"), JsonMembers.text(node, "lastLocalHash"),
				JsonMembers.optionalText(node, "archive"), JsonMembers.optionalText(node, "archiveSha256"));
	}

	private static void write(ObjectNode node, Predecessor predecessor) {
		node.put("bundleId", predecessor.bundleId());
		node.put("reason", predecessor.reason().code());
		node.put("lastAcceptedSequence", predecessor.lastAcceptedSequence());
		JsonMembers.putText(node, "lastAcceptedHash", predecessor.lastAcceptedHash());
		node.put("lastLocalSequence", predecessor.lastLocalSequence());
		node.put("lastLocalHash", predecessor.lastLocalHash());
		JsonMembers.putText(node, "archive", predecessor.archive());
		JsonMembers.putText(node, "archiveSha256", predecessor.archiveSha256());
	}

	private static List<Orphan> orphans(@Nullable JsonNode node) {
		List<Orphan> orphans = new ArrayList<>();
		if (node != null) {
			node.forEach((orphan) -> orphans.add(
					new Orphan(JsonMembers.text(orphan, "grantId"), predecessor(JsonMembers.member(orphan, "named")))));
		}
		return orphans;
	}

	private static void write(ObjectNode node, Orphan orphan) {
		node.put("grantId", orphan.grantId());
		write(node.putObject("named"), orphan.named());
	}

	private static List<Instant> times(@Nullable JsonNode node) {
		List<Instant> times = new ArrayList<>();
		if (node != null) {
			node.forEach((time) -> times.add(Instant.parse(time.stringValue())));
		}
		return times;
	}

}
