package dev.grantex.simulator;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

import tools.jackson.databind.node.ObjectNode;

/**
 * Revokes bundles and grants. The two are independent: neither follows from the other.
 */
final class Revocation {

	private final Store store;

	private final Clock clock;

	Revocation(Store store, Clock clock) {
		this.store = store;
		this.clock = clock;
	}

	Supplier<Answer> revokeBundle(Invocation invocation) {
		String id = invocation.requiredIdentifier();
		boolean revokeGrant = Json.isTruthy(invocation.body().path("revokeGrant"));
		return () -> {
			Bundle bundle = revokeBundle(id, invocation.developerId(), revokeGrant);
			ObjectNode json = Json.object();
			json.put("bundleId", bundle.id());
			json.put("status", bundle.status().wireName());
			json.set("revokedAt", Json.time(bundle.revokedAt()));
			return Answer.json(200, Json.doubled(json));
		};
	}

	Supplier<Answer> revokeGrant(Invocation invocation) {
		String id = invocation.requiredIdentifier();
		return () -> {
			revokeGrant(id, invocation.developerId());
			return Answer.empty(204);
		};
	}

	/**
	 * Revokes a bundle. One that is revoked already stays as it is, and so does its
	 * grant.
	 */
	Bundle revokeBundle(String id, String developerId, boolean revokeGrant) {
		return this.store.transact((tables) -> {
			Bundle bundle = Store.bundle(tables, id, developerId);
			if (bundle.isRevoked()) {
				return bundle;
			}
			Instant now = now();
			Bundle revoked = bundle.revoke(now);
			tables.bundles().put(id, revoked);
			Grant grant = Store.grant(tables, bundle);
			if (revokeGrant && !grant.isRevoked()) {
				tables.grants().put(grant.id(), grant.revoke(now));
			}
			return revoked;
		});
	}

	void revokeGrant(String id, String developerId) {
		this.store.transact((tables) -> {
			Grant grant = tables.grants().get(id);
			if (grant == null || !grant.developerId().equals(developerId)) {
				throw ApiException.notFound("Grant not found");
			}
			if (!grant.isRevoked()) {
				tables.grants().put(id, grant.revoke(now()));
			}
			return id;
		});
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
	}

}
