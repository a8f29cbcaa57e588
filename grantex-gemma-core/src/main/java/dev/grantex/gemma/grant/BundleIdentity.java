package dev.grantex.gemma.grant;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.BundleTamperedException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * Who a bundle stands for, as its own grant token says. The token is read, not verified:
 * a bundle is authentic by the connection or the encrypted file it comes from, and its
 * identity must be known also after it expired.
 *
 * @param agentDid the agent (claim {@code agt})
 * @param principalDid the user (claim {@code sub})
 * @param developerId the customer of the service (claim {@code dev})
 * @param issuer the service (claim {@code iss})
 * @param grantId the grant (claim {@code grnt}, else {@code jti})
 * @param scopes the granted scopes (claim {@code scp})
 */
public record BundleIdentity(String agentDid, String principalDid, @Nullable String developerId,
		@Nullable String issuer, String grantId, List<String> scopes) {

	public BundleIdentity {
		Objects.requireNonNull(agentDid, "agentDid");
		Objects.requireNonNull(principalDid, "principalDid");
		Objects.requireNonNull(grantId, "grantId");
		scopes = List.copyOf(scopes);
	}

	/**
	 * Reads the identity of a bundle.
	 * @param bundle the bundle
	 * @return its identity
	 * @throws BundleTamperedException if the bundle's token is not readable
	 */
	public static BundleIdentity of(ConsentBundle bundle) {
		try {
			GrantClaims claims = GrantClaims.parse(CompactJws.parse(bundle.grantToken()).payload());
			if (claims.isAmbiguous()) {
				throw GrantClaims.malformed();
			}
			String grant = claims.optionalText("grnt");
			return new BundleIdentity(claims.text("agt"), claims.text("sub"), claims.optionalText("dev"),
					claims.optionalText("iss"), (grant != null) ? grant : claims.text("jti"), claims.scopes());
		}
		catch (OfflineVerificationException ex) {
			throw new BundleTamperedException("The consent bundle's grant token is not readable");
		}
	}

}
