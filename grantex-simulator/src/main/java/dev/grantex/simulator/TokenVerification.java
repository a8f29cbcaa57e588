package dev.grantex.simulator;

import java.time.Clock;
import java.time.Instant;
import java.util.function.Supplier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says online whether a grant token still holds.
 */
final class TokenVerification {

	private final Store store;

	private final Clock clock;

	private final SigningKeys keys;

	TokenVerification(Store store, Clock clock, SigningKeys keys) {
		this.store = store;
		this.clock = clock;
		this.keys = keys;
	}

	Supplier<Answer> verify(Invocation invocation) {
		JsonNode token = invocation.body().path("token");
		if (!Json.isText(token, Integer.MAX_VALUE)) {
			throw ApiException.badRequest("token is required");
		}
		return () -> Answer.json(200,
				this.keys.claims(token.stringValue())
					.filter(this::holds)
					.map(TokenVerification::valid)
					.orElseGet(() -> Json.object().put("valid", false)));
	}

	private boolean holds(JsonNode claims) {
		Grant grant = this.store.transact((tables) -> tables.grants().get(claims.path("grnt").asString("")));
		return grant != null && !grant.isRevoked()
				&& this.clock.instant().isBefore(Instant.ofEpochSecond(claims.path("exp").asLong(0)));
	}

	private static ObjectNode valid(JsonNode claims) {
		ObjectNode json = Json.object();
		json.put("valid", true);
		json.set("grantId", claims.path("grnt"));
		json.set("scopes", claims.path("scp"));
		json.set("principal", claims.path("sub"));
		json.set("agent", claims.path("agt"));
		json.set("expiresAt", Json.time(Instant.ofEpochSecond(claims.path("exp").asLong(0))));
		return json;
	}

}
