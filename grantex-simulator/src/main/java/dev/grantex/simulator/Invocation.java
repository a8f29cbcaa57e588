package dev.grantex.simulator;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request that was read and authenticated.
 *
 * @param account the caller, absent on the public routes only
 * @param identifier the identifier in the path
 * @param body the JSON body, a missing node where the request had none
 */
record Invocation(@Nullable Account account, @Nullable String identifier, Map<String, String> query, JsonNode body) {

	String developerId() {
		if (this.account == null) {
			throw new IllegalStateException("A public route has no caller");
		}
		return this.account.developerId();
	}

	String requiredIdentifier() {
		if (this.identifier == null) {
			throw new IllegalStateException("The route has no identifier");
		}
		return this.identifier;
	}

}
