package dev.grantex.gemma.cloud;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Whether the consent behind a bundle still stands.
 *
 * @param bundleId the bundle
 * @param revoked whether the bundle on this device was revoked
 * @param revokedAt when the bundle was revoked, as far as the service tells
 * @param revokedBy who revoked the bundle, as far as the service tells
 * @param grantRevoked whether the grant was revoked, with this bundle or without it
 * @param checkpointAt when the service issued or last refreshed the bundle, as far as it
 * tells
 */
public record RevocationStatus(String bundleId, boolean revoked, @Nullable Instant revokedAt,
		@Nullable String revokedBy, boolean grantRevoked, @Nullable Instant checkpointAt) {

	public RevocationStatus {
		Objects.requireNonNull(bundleId, "bundleId");
	}

	/**
	 * Whether the bundle or its grant was revoked: nothing may be done with it any more.
	 */
	public boolean isWithdrawn() {
		return this.revoked || this.grantRevoked;
	}

}
