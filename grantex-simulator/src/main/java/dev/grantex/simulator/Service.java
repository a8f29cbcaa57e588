package dev.grantex.simulator;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The service's parts, put together.
 */
final class Service {

	private final Store store = new Store();

	private final Clock clock;

	private final Ids ids;

	private final SigningKeys keys;

	private final GrantTokens tokens;

	private final AgentRegistry agents;

	private final Revocation revocation;

	private final Supplier<URI> syncEndpointBase;

	Service(Clock clock, String issuer, Supplier<URI> syncEndpointBase) {
		this.clock = clock;
		this.ids = new Ids(clock);
		this.keys = SigningKeys.generate(clock.instant());
		this.tokens = new GrantTokens(this.keys, this.ids, issuer);
		this.agents = new AgentRegistry(this.store, this.ids, clock);
		this.revocation = new Revocation(this.store, clock);
		this.syncEndpointBase = syncEndpointBase;
	}

	Map<Route, Operation> operations() {
		BundleIssuance issuance = new BundleIssuance(this.store, this.ids, this.clock, this.keys, this.tokens,
				this.syncEndpointBase);
		BundleQueries queries = new BundleQueries(this.store);
		Map<Route, Operation> operations = new EnumMap<>(Route.class);
		operations.put(Route.REGISTER_AGENT, this.agents::register);
		operations.put(Route.CREATE, issuance::create);
		operations.put(Route.REFRESH, issuance::refresh);
		operations.put(Route.GET, queries::get);
		operations.put(Route.LIST, queries::list);
		operations.put(Route.STATUS, queries::status);
		operations.put(Route.AUDIT, queries::audit);
		operations.put(Route.REVOKE, this.revocation::revokeBundle);
		operations.put(Route.REVOKE_GRANT, this.revocation::revokeGrant);
		operations.put(Route.SYNC, new AuditSync(this.store, this.ids, this.clock)::sync);
		operations.put(Route.VERIFY_TOKEN, new TokenVerification(this.store, this.clock, this.keys)::verify);
		operations.put(Route.JWKS, (invocation) -> () -> Answer.json(200, this.keys.jwks()));
		operations.put(Route.HEALTH, (invocation) -> () -> Answer.json(200,
				Json.object().put("status", "healthy").put("database", "ok").put("redis", "ok")));
		return operations;
	}

	Store store() {
		return this.store;
	}

	AgentRegistry agents() {
		return this.agents;
	}

	Revocation revocation() {
		return this.revocation;
	}

	Account addAccount(String name, String apiKey, int planLimit) {
		Account account = new Account(this.ids.next("dev"), apiKey, name, planLimit);
		this.store.transact((tables) -> tables.accounts().put(apiKey, account));
		return account;
	}

	static String newApiKey() {
		byte[] random = new byte[24];
		new SecureRandom().nextBytes(random);
		return "gx_sim_" + HexFormat.of().formatHex(random);
	}

	String mint(String developerId, Agent agent, String userId, Collection<String> scopes, Duration ttl,
			Map<String, ? extends @Nullable Object> extraClaims) {
		Grant grant = new Grant(this.ids.next("grnt"), developerId, null);
		this.store.transact((tables) -> tables.grants().put(grant.id(), grant));
		Instant now = this.clock.instant();
		ObjectNode claims = this.tokens.claims(agent, Json.text(userId), List.copyOf(scopes), grant.id(), now, ttl);
		claims.put("dev", developerId);
		JsonMapper mapper = JsonMapper.shared();
		extraClaims.forEach((name, value) -> {
			if (value == null) {
				claims.remove(name);
			}
			else {
				claims.set(name, mapper.<JsonNode>valueToTree(value));
			}
		});
		return this.tokens.sign(claims);
	}

}
