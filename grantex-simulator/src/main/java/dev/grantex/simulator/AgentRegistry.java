package dev.grantex.simulator;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Registers customers' agents.
 */
final class AgentRegistry {

	private final Store store;

	private final Ids ids;

	private final Clock clock;

	AgentRegistry(Store store, Ids ids, Clock clock) {
		this.store = store;
		this.ids = ids;
		this.clock = clock;
	}

	Supplier<Answer> register(Invocation invocation) {
		JsonNode body = invocation.body();
		String name = Json.column(body.path("name"));
		if (name == null || name.isEmpty()) {
			throw ApiException.badRequest("name is required");
		}
		JsonNode scopes = body.path("scopes");
		if (!scopes.isMissingNode() && !(scopes.isArray() && (scopes.isEmpty() || Json.isScopeList(scopes)))) {
			throw ApiException.badRequest("scopes must be an array of strings");
		}
		List<String> given = scopes.isArray() ? Json.texts(scopes).stream().map(Utf16::wellFormed).toList() : List.of();
		String description = Json.column(body.path("description"));
		return () -> Answer.json(201, json(add(invocation.developerId(), name, description, given)));
	}

	Agent add(String developerId, String name, @Nullable String description, List<String> scopes) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		String id = this.ids.next("ag");
		Agent agent = new Agent(id, "did:grantex:" + id, developerId, name, description, scopes, now);
		this.store.transact((tables) -> tables.agents().put(id, agent));
		return agent;
	}

	private static ObjectNode json(Agent agent) {
		ObjectNode json = Json.object();
		json.put("agentId", agent.id());
		json.put("did", agent.did());
		json.put("developerId", agent.developerId());
		json.put("name", agent.name());
		json.set("description", Json.text(agent.description()));
		json.set("scopes", Json.strings(agent.scopes()));
		json.put("status", "active");
		json.set("createdAt", Json.time(agent.createdAt()));
		json.set("updatedAt", Json.time(agent.createdAt()));
		return json;
	}

}
