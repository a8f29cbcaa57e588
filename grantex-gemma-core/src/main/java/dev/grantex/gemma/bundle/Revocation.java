package dev.grantex.gemma.bundle;

import java.time.Instant;

/**
 * That the user or the service withdrew the consent.
 *
 * @param revokedAt when, as far as the service tells, else when the device learned of it
 * @param grantRevoked whether the grant was revoked, not only the bundle on this device
 */
public record Revocation(Instant revokedAt, boolean grantRevoked) {

}
