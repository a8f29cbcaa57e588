package dev.grantex.simulator;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An agent that a customer registered.
 *
 * @param id what a consent bundle is requested for
 * @param did the name the agent has in tokens and audit entries
 * @param developerId the customer it belongs to
 * @param name its display name
 * @param description what it is for, if the customer said so
 * @param scopes what it may ask for
 * @param createdAt when it was registered
 */
public record Agent(String id, String did, String developerId, String name, @Nullable String description,
		List<String> scopes, Instant createdAt) {

	public Agent {
		scopes = List.copyOf(scopes);
	}

}
