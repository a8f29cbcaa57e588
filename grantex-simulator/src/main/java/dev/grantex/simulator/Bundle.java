package dev.grantex.simulator;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A consent bundle's row.
 *
 * @param user the user as the request wrote it, because a number stays a number in the
 * token
 */
record Bundle(String id, String developerId, Agent agent, String grantId, JsonNode user, List<String> scopes,
		Status status, @Nullable String deviceId, @Nullable String devicePlatform, OfflineTtl ttl, Instant checkpointAt,
		AuditKey auditKey, @Nullable Instant lastSyncAt, Instant createdAt, @Nullable Instant revokedAt) {

	Instant offlineExpiresAt() {
		return this.checkpointAt.plus(this.ttl.duration());
	}

	boolean isRevoked() {
		return this.status == Status.REVOKED;
	}

	String userId() {
		String column = Json.column(this.user);
		return (column != null) ? column : "";
	}

	Bundle refresh(AuditKey newKey, Instant at) {
		return new Bundle(this.id, this.developerId, this.agent, this.grantId, this.user, this.scopes, this.status,
				this.deviceId, this.devicePlatform, this.ttl, at, newKey, this.lastSyncAt, this.createdAt,
				this.revokedAt);
	}

	Bundle revoke(Instant at) {
		return new Bundle(this.id, this.developerId, this.agent, this.grantId, this.user, this.scopes, Status.REVOKED,
				this.deviceId, this.devicePlatform, this.ttl, this.checkpointAt, this.auditKey, this.lastSyncAt,
				this.createdAt, at);
	}

	Bundle synced(Instant at) {
		return new Bundle(this.id, this.developerId, this.agent, this.grantId, this.user, this.scopes, this.status,
				this.deviceId, this.devicePlatform, this.ttl, this.checkpointAt, this.auditKey, at, this.createdAt,
				this.revokedAt);
	}

	enum Status {

		ACTIVE, REVOKED;

		String wireName() {
			return (this == ACTIVE) ? "active" : "revoked";
		}

	}

}
