package dev.grantex.simulator;

import java.util.UUID;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes refusals in the two envelopes the service has.
 */
final class ErrorAnswers {

	private ErrorAnswers() {
	}

	static Answer of(ApiException refusal) {
		ObjectNode json = Json.object();
		json.put("message", refusal.getMessage());
		json.put("code", refusal.code());
		json.put("requestId", UUID.randomUUID().toString());
		if (!refusal.errors().isEmpty()) {
			ArrayNode errors = json.putArray("errors");
			for (EntryError error : refusal.errors()) {
				ObjectNode item = errors.addObject();
				item.set("seq", error.seq());
				item.put("code", error.code());
				item.put("message", error.message());
			}
		}
		return Answer.json(refusal.status(), json);
	}

	static Answer unknownRoute(Call call) {
		ObjectNode json = Json.object();
		json.put("message", "Route " + call.method() + ":" + call.target() + " not found");
		json.put("error", "Not Found");
		json.put("statusCode", 404);
		return Answer.json(404, json);
	}

}
