package dev.grantex.gemma.cloud;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What the service tells about a bundle after it was issued: neither token nor keys.
 *
 * @param id the bundle's id
 * @param agentId the agent's id
 * @param grantId the grant's id
 * @param userId the user who consented
 * @param scopes what was granted
 * @param status {@code active} or {@code revoked}; {@code active} also for a bundle that
 * expired or whose grant was revoked
 * @param deviceId the device it was issued for
 * @param devicePlatform the device's platform
 * @param offlineExpiresAt when the bundle ends, exclusive
 * @param checkpointAt when it was issued or last refreshed
 * @param auditEntryCount how many audit entries the service has of its chain
 * @param lastSyncAt when entries were last accepted
 * @param createdAt when it was issued
 * @param revokedAt when it was revoked
 */
public record BundleMetadata(String id, String agentId, String grantId, String userId, List<String> scopes,
		String status, @Nullable String deviceId, @Nullable String devicePlatform, Instant offlineExpiresAt,
		Instant checkpointAt, long auditEntryCount, @Nullable Instant lastSyncAt, Instant createdAt,
		@Nullable Instant revokedAt) {

	public BundleMetadata {
		Objects.requireNonNull(id, "id");
		Objects.requireNonNull(agentId, "agentId");
		Objects.requireNonNull(grantId, "grantId");
		Objects.requireNonNull(userId, "userId");
		scopes = List.copyOf(scopes);
		Objects.requireNonNull(status, "status");
		Objects.requireNonNull(offlineExpiresAt, "offlineExpiresAt");
		Objects.requireNonNull(checkpointAt, "checkpointAt");
		Objects.requireNonNull(createdAt, "createdAt");
	}

	/**
	 * Whether the bundle was revoked. A grant that was revoked alone shows only in
	 * {@link GrantexClient#revocationStatus(String)}.
	 */
	public boolean isRevoked() {
		return this.revokedAt != null || !"active".equals(this.status);
	}

}
