package dev.grantex.gemma.sync;

import java.time.Instant;

/**
 * Published when the current bundle was refreshed.
 *
 * @param bundleId the bundle
 * @param offlineExpiresAt when it ends now
 */
public record BundleRefreshed(String bundleId, Instant offlineExpiresAt) {

}
