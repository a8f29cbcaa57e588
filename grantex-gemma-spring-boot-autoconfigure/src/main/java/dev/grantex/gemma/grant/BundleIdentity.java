package dev.grantex.gemma.grant;

import java.text.ParseException;
import java.util.List;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.BundleTamperedException;
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
			JWTClaimsSet claims = SignedJWT.parse(bundle.grantToken()).getJWTClaimsSet();
			String grant = claims.getStringClaim("grnt");
			return new BundleIdentity(claims.getStringClaim("agt"), claims.getSubject(), claims.getStringClaim("dev"),
					claims.getIssuer(), (grant != null) ? grant : claims.getJWTID(), claims.getStringListClaim("scp"));
		}
		catch (ParseException | NullPointerException ex) {
			throw new BundleTamperedException("The consent bundle's grant token is not readable");
		}
	}

}
