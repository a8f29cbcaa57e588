package dev.grantex.gemma.sync;

import dev.grantex.gemma.bundle.Revocation;

/**
 * Published once when the device learned that its consent was withdrawn, after every
 * further call has been halted.
 *
 * @param bundleId the revoked bundle
 * @param revocation what the service said
 */
public record ConsentRevoked(String bundleId, Revocation revocation) {

}
