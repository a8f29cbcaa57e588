package dev.grantex.simulator;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the service holds about a consent bundle at one moment.
 *
 * @param id the bundle
 * @param developerId the customer it belongs to
 * @param agentId the agent it was issued for
 * @param userId the user whose consent it carries
 * @param deviceId the device named in the request
 * @param devicePlatform the platform named in the request
 * @param scopes the scopes granted, in the order of the request
 * @param status {@code active} or {@code revoked}; an expired bundle is still active
 * @param revokedAt when the bundle was revoked
 * @param grantId the grant behind the bundle
 * @param grantRevoked whether that grant is revoked
 * @param offlineExpiresAt when the bundle ends
 * @param auditPublicKey the current audit key in PEM form
 * @param auditEntryCount how many entries were accepted
 */
public record SimulatedBundle(String id, String developerId, String agentId, String userId, @Nullable String deviceId,
		@Nullable String devicePlatform, List<String> scopes, String status, @Nullable Instant revokedAt,
		String grantId, boolean grantRevoked, Instant offlineExpiresAt, String auditPublicKey, int auditEntryCount) {

	public SimulatedBundle {
		scopes = List.copyOf(scopes);
	}

}
