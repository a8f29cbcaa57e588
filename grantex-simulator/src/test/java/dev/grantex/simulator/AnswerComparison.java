package dev.grantex.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import tools.jackson.databind.JsonNode;

/**
 * Says where an answer differs from a recorded one. Values that every service makes up
 * for itself are compared by their type only.
 */
final class AnswerComparison {

	private static final Set<String> MADE_UP = Set.of("requestId", "bundleId", "grantToken", "n", "x", "kid",
			"publicKey", "privateKey", "fetchedAt", "validUntil", "checkpointAt", "syncEndpoint", "offlineExpiresAt",
			"agentId", "did", "developerId", "createdAt", "updatedAt", "id", "grantId", "revokedAt", "revokedBy",
			"lastSyncAt", "syncedAt", "hash", "prevHash", "signature", "nextCursor", "agentDID", "agent", "expiresAt");

	/**
	 * Fields of the moment, and those that a server writes its own way for a connection
	 * that stays open.
	 */
	private static final Set<String> OWN_HEADERS = Set.of("date", "content-length", "keep-alive", "connection",
			"transfer-encoding", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after");

	private AnswerComparison() {
	}

	static List<String> differences(JsonNode expected, JsonNode actual) {
		List<String> differences = new ArrayList<>();
		compare("", "", expected, actual, differences);
		return differences;
	}

	static Map<String, String> comparable(Map<String, String> headers) {
		Map<String, String> comparable = new TreeMap<>(headers);
		for (String name : OWN_HEADERS) {
			comparable.computeIfPresent(name, (key, value) -> "");
		}
		comparable.keySet().removeAll(Set.of("connection", "keep-alive", "content-length"));
		return comparable;
	}

	private static void compare(String path, String name, JsonNode expected, JsonNode actual,
			List<String> differences) {
		if (expected.getNodeType() != actual.getNodeType()) {
			differences.add(path + ": expected " + expected + " but was " + actual);
		}
		else if (expected.isObject()) {
			Set<String> names = new TreeSet<>(expected.propertyNames());
			names.addAll(actual.propertyNames());
			names.forEach((member) -> compare(path + "/" + member, member, expected.path(member), actual.path(member),
					differences));
		}
		else if (expected.isArray()) {
			for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
				compare(path + "/" + i, name, expected.path(i), actual.path(i), differences);
			}
		}
		else if (!MADE_UP.contains(name) && !expected.equals(actual)) {
			differences.add(path + ": expected " + expected + " but was " + actual);
		}
	}

}
