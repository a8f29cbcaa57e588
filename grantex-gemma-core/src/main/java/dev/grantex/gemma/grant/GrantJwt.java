package dev.grantex.gemma.grant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * Turns a verified grant token into the form Spring Security knows.
 */
final class GrantJwt {

	private GrantJwt() {
	}

	/**
	 * Verifies a token.
	 * @throws BadJwtException if it is refused, or if there is nothing to verify it with:
	 * any other exception would be answered with a server error instead of a refusal
	 */
	static Jwt decode(@Nullable String token, Supplier<@Nullable OfflineVerifier> verifiers) {
		try {
			OfflineVerifier verifier = verifiers.get();
			if (verifier == null) {
				throw new BadJwtException("There is no consent bundle to verify the token with");
			}
			return of(Objects.requireNonNullElse(token, ""), verifier.verifyToken(token));
		}
		catch (GrantexGemmaException ex) {
			throw new BadJwtException(Objects.requireNonNullElse(ex.getMessage(), "The token is refused"));
		}
	}

	private static Jwt of(String token, VerifiedToken verified) {
		VerifiedGrant grant = verified.grant();
		Map<String, Object> claims = withoutNulls(verified.claims().members());
		// Spring Security would take authorities from this claim before the grant's own.
		claims.remove("scope");
		claims.put(JwtClaimNames.EXP, grant.expiresAt());
		if (grant.issuedAt() != null) {
			claims.put(JwtClaimNames.IAT, grant.issuedAt());
		}
		if (verified.notBefore() != null) {
			claims.put(JwtClaimNames.NBF, verified.notBefore());
		}
		claims.computeIfPresent(JwtClaimNames.AUD,
				(name, audience) -> (audience instanceof String) ? List.of(audience) : audience);
		return new Jwt(token, grant.issuedAt(), grant.expiresAt(), withoutNulls(verified.header()), claims);
	}

	private static Map<String, Object> withoutNulls(Map<String, @Nullable Object> members) {
		Map<String, Object> present = new LinkedHashMap<>();
		members.forEach((name, value) -> {
			if (value != null) {
				present.put(name, value);
			}
		});
		return present;
	}

}
