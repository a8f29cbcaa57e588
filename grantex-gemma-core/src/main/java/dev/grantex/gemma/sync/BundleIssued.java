package dev.grantex.gemma.sync;

import java.time.Instant;

/**
 * Published when a new bundle was put in place.
 *
 * @param bundleId the bundle
 * @param offlineExpiresAt when it ends
 */
public record BundleIssued(String bundleId, Instant offlineExpiresAt) {

}
