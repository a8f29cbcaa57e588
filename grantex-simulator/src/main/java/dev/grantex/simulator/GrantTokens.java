package dev.grantex.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes grant tokens.
 */
final class GrantTokens {

	private final SigningKeys keys;

	private final Ids ids;

	private final String issuer;

	GrantTokens(SigningKeys keys, Ids ids, String issuer) {
		this.keys = keys;
		this.ids = ids;
		this.issuer = issuer;
	}

	String forBundle(Bundle bundle) {
		return this.keys.sign(claims(bundle.agent(), bundle.user(), bundle.scopes(), bundle.grantId(),
				bundle.checkpointAt(), bundle.ttl().duration()));
	}

	ObjectNode claims(Agent agent, JsonNode user, Collection<String> scopes, String grantId, Instant now,
			Duration ttl) {
		ObjectNode claims = Json.object();
		claims.put("agt", agent.did());
		claims.put("dev", agent.developerId());
		claims.set("scp", Json.strings(scopes));
		claims.put("grnt", grantId);
		claims.put("iss", this.issuer);
		claims.set("sub", user);
		claims.put("jti", this.ids.next("tok"));
		claims.put("iat", now.getEpochSecond());
		claims.put("exp", now.getEpochSecond() + ttl.toSeconds());
		return claims;
	}

	String sign(ObjectNode claims) {
		return this.keys.sign(claims);
	}

}
