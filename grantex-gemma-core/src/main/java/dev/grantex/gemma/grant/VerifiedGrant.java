package dev.grantex.gemma.grant;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a grant token says after its signature, times and required claims were verified.
 *
 * @param agentDid the agent that may act (claim {@code agt})
 * @param principalDid the user who consented (claim {@code sub})
 * @param developerId the customer of the service whose grant it is (claim {@code dev})
 * @param scopes what was granted (claim {@code scp})
 * @param issuedAt when the token was issued (claim {@code iat})
 * @param expiresAt when the token expires (claim {@code exp})
 * @param jti the token's id (claim {@code jti})
 * @param grantId the grant's id (claim {@code grnt}, else {@code jti})
 * @param depth how often the grant was delegated, 0 for the user's own
 * @param parentAgentDid the agent that delegated (claim {@code parentAgt})
 * @param parentGrantId the grant that was delegated (claim {@code parentGrnt})
 */
public record VerifiedGrant(String agentDid, String principalDid, @Nullable String developerId, List<String> scopes,
		@Nullable Instant issuedAt, Instant expiresAt, String jti, String grantId, int depth,
		@Nullable String parentAgentDid, @Nullable String parentGrantId) {

	public VerifiedGrant {
		Objects.requireNonNull(agentDid, "agentDid");
		Objects.requireNonNull(principalDid, "principalDid");
		Objects.requireNonNull(expiresAt, "expiresAt");
		Objects.requireNonNull(jti, "jti");
		Objects.requireNonNull(grantId, "grantId");
		scopes = List.copyOf(scopes);
	}

}
