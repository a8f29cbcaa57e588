package dev.grantex.simulator;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A customer of the service, which its tokens call the developer.
 */
public final class Customer {

	private final Service service;

	private final String developerId;

	private final String apiKey;

	private final String name;

	Customer(Service service, Account account) {
		this.service = service;
		this.developerId = account.developerId();
		this.apiKey = account.apiKey();
		this.name = account.name();
	}

	/**
	 * Returns the identifier that tokens carry as {@code dev}.
	 * @return the identifier
	 */
	public String developerId() {
		return this.developerId;
	}

	/**
	 * Returns the key that authenticates the customer's calls.
	 * @return the API key
	 */
	public String apiKey() {
		return this.apiKey;
	}

	/**
	 * Returns the display name.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Registers an agent.
	 * @param name its display name
	 * @param scopes what it may ask for
	 * @return the agent
	 */
	public Agent registerAgent(String name, String... scopes) {
		return this.service.agents().add(this.developerId, name, null, List.of(scopes));
	}

	/**
	 * Makes a token that the service has signed, with a grant behind it. Like the
	 * service, it gives a customer any scope.
	 * @param agent the agent that acts
	 * @param userId the user it acts for
	 * @param scopes the scopes granted
	 * @param ttl how long the token is valid; a negative duration gives an expired one
	 * @param extraClaims claims to add or replace; a {@code null} value takes one away
	 * @return the token in compact form
	 */
	public String mintToken(Agent agent, String userId, Collection<String> scopes, Duration ttl,
			Map<String, ? extends @Nullable Object> extraClaims) {
		return this.service.mint(this.developerId, agent, userId, scopes, ttl, extraClaims);
	}

	/**
	 * Makes a token without other claims than the usual ones.
	 * @param agent the agent that acts
	 * @param userId the user it acts for
	 * @param scopes the scopes granted
	 * @return the token in compact form, valid for an hour
	 */
	public String mintToken(Agent agent, String userId, String... scopes) {
		return mintToken(agent, userId, List.of(scopes), Duration.ofHours(1), Map.of());
	}

}
