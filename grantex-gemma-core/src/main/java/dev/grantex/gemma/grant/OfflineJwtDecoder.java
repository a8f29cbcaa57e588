package dev.grantex.gemma.grant;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/**
 * Lets a resource server accept grant tokens, verified without a network. The granted
 * scopes are in the claim {@code scp}, of which Spring Security makes {@code SCOPE_}
 * authorities.
 */
public final class OfflineJwtDecoder implements JwtDecoder {

	private final Supplier<@Nullable OfflineVerifier> verifiers;

	/**
	 * Creates a decoder.
	 * @param verifiers gives, for every token anew, the verifier of the current bundle,
	 * or {@code null} if there is none; must not block
	 */
	public OfflineJwtDecoder(Supplier<@Nullable OfflineVerifier> verifiers) {
		this.verifiers = verifiers;
	}

	/**
	 * Verifies a token.
	 * @param token the token
	 * @return the token's header and claims
	 * @throws BadJwtException if the token is refused, or if there is no bundle
	 */
	@Override
	public Jwt decode(String token) {
		return GrantJwt.decode(token, this.verifiers);
	}

}
