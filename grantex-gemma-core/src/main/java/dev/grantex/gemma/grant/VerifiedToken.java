package dev.grantex.gemma.grant;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A verified grant with all that its token said.
 *
 * @param grant the grant
 * @param notBefore from when the token is valid (claim {@code nbf})
 * @param header the members of the token's header
 * @param claims the token's claims
 */
record VerifiedToken(VerifiedGrant grant, @Nullable Instant notBefore, Map<String, @Nullable Object> header,
		GrantClaims claims) {

}
