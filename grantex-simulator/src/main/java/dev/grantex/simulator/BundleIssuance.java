package dev.grantex.simulator;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;

import tools.jackson.databind.node.ObjectNode;

/**
 * Issues bundles and issues them anew.
 */
final class BundleIssuance {

	private final Store store;

	private final Ids ids;

	private final Clock clock;

	private final SigningKeys keys;

	private final GrantTokens tokens;

	private final Supplier<URI> syncEndpointBase;

	BundleIssuance(Store store, Ids ids, Clock clock, SigningKeys keys, GrantTokens tokens,
			Supplier<URI> syncEndpointBase) {
		this.store = store;
		this.ids = ids;
		this.clock = clock;
		this.keys = keys;
		this.tokens = tokens;
		this.syncEndpointBase = syncEndpointBase;
	}

	Supplier<Answer> create(Invocation invocation) {
		BundleRequest request = BundleRequest.parse(invocation.body());
		String developerId = invocation.developerId();
		Agent agent = this.store.transact((tables) -> agent(tables, request.agentId(), developerId));
		List<String> unregistered = request.scopes()
			.stream()
			.filter((scope) -> !agent.scopes().contains(scope))
			.toList();
		if (!unregistered.isEmpty()) {
			throw new ApiException(422, "INVALID_SCOPES",
					"Scopes are not registered for this agent: " + String.join(", ", unregistered));
		}
		return () -> {
			Bundle bundle = this.store.transact((tables) -> add(tables, agent, request));
			ObjectNode json = json(bundle);
			json.put("checkpointAt", bundle.checkpointAt().toEpochMilli());
			json.put("syncEndpoint", syncEndpoint());
			json.set("offlineExpiresAt", Json.time(bundle.offlineExpiresAt()));
			return Answer.json(201, Json.doubled(json));
		};
	}

	Supplier<Answer> refresh(Invocation invocation) {
		String id = invocation.requiredIdentifier();
		String developerId = invocation.developerId();
		this.store.transact((tables) -> refreshable(tables, Store.bundle(tables, id, developerId)));
		return () -> {
			Bundle bundle = this.store.transact((tables) -> refresh(tables, Store.bundle(tables, id, developerId)));
			ObjectNode json = json(bundle);
			json.set("offlineExpiresAt", Json.time(bundle.offlineExpiresAt()));
			json.put("checkpointAt", bundle.checkpointAt().toEpochMilli());
			json.put("syncEndpoint", syncEndpoint());
			return Answer.json(200, Json.doubled(json));
		};
	}

	private Bundle add(Tables tables, Agent agent, BundleRequest request) {
		Instant now = now();
		Grant grant = new Grant(this.ids.next("grnt"), agent.developerId(), null);
		Bundle bundle = new Bundle(this.ids.next("bundle"), agent.developerId(), agent, grant.id(), request.user(),
				request.scopes(), Bundle.Status.ACTIVE, request.deviceId(), request.devicePlatform(), request.ttl(),
				now, AuditKey.generate(), null, Store.creationTime(tables, now), null);
		tables.grants().put(grant.id(), grant);
		tables.bundles().put(bundle.id(), bundle);
		return bundle;
	}

	private Bundle refreshable(Tables tables, Bundle bundle) {
		if (bundle.isRevoked()) {
			throw new ApiException(409, "BUNDLE_REVOKED", "Cannot refresh a non-active bundle");
		}
		if (!now().isBefore(bundle.offlineExpiresAt())) {
			throw new ApiException(409, "BUNDLE_EXPIRED", "Cannot refresh an expired bundle");
		}
		if (Store.grant(tables, bundle).isRevoked()) {
			throw new ApiException(409, "GRANT_INACTIVE", "Cannot refresh a bundle whose grant is not active");
		}
		return bundle;
	}

	private Bundle refresh(Tables tables, Bundle bundle) {
		if (bundle.isRevoked() || Store.grant(tables, bundle).isRevoked()) {
			throw new ApiException(409, "BUNDLE_INACTIVE", "Bundle is no longer active");
		}
		Bundle refreshed = bundle.refresh(AuditKey.generate(), now());
		tables.bundles().put(bundle.id(), refreshed);
		return refreshed;
	}

	private ObjectNode json(Bundle bundle) {
		ObjectNode snapshot = this.keys.jwks();
		snapshot.set("fetchedAt", Json.time(bundle.checkpointAt()));
		snapshot.set("validUntil", Json.time(bundle.offlineExpiresAt()));
		ObjectNode json = Json.object();
		json.put("bundleId", bundle.id());
		json.put("grantToken", this.tokens.forBundle(bundle));
		json.set("jwksSnapshot", snapshot);
		json.set("offlineAuditKey", bundle.auditKey().toJson());
		return json;
	}

	private String syncEndpoint() {
		return this.syncEndpointBase.get().resolve("/v1/audit/offline-sync").toString();
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
	}

	private static Agent agent(Tables tables, String id, String developerId) {
		Agent agent = tables.agents().get(id);
		if (agent == null || !agent.developerId().equals(developerId)) {
			throw ApiException.notFound("Agent not found or not owned by developer");
		}
		return agent;
	}

}
