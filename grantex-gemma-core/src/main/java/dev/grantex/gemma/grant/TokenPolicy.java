package dev.grantex.gemma.grant;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.TokenExpiredException;

/**
 * What a token must say, beyond being signed, to be accepted.
 *
 * @param clock tells the time
 * @param skew by how much this clock and the service's may differ
 * @param requiredScopes the scopes every grant must have
 * @param scopeViolation what happens to a grant without them
 * @param maxDepth how often a grant may have been delegated
 * @param audience whom the token must be for, if anyone
 * @param issuer who must have issued it, if anyone
 * @param developers whose grants are accepted; everyone's if empty
 * @param allClaims whether {@code dev} and {@code iat} must be present too
 * @param accepted says that a grant without them was accepted
 */
record TokenPolicy(Clock clock, Duration skew, List<String> requiredScopes, ScopeViolationMode scopeViolation,
		int maxDepth, @Nullable String audience, @Nullable String issuer, Set<String> developers, boolean allClaims,
		ThrottledLine accepted) {

	private static final Log logger = LogFactory.getLog(OfflineVerifier.class);

	/**
	 * Reads and judges the claims of a token whose signature was verified.
	 * @throws OfflineVerificationException if a claim is missing, malformed or not
	 * acceptable
	 * @throws TokenExpiredException if the token has expired
	 * @throws ScopeViolationException if a required scope is missing
	 */
	VerifiedToken accept(CompactJws jws, Instant now) {
		GrantClaims claims = GrantClaims.parse(jws.payload());
		Instant expiresAt = claims.expiry();
		requireNotExpired(expiresAt, now);
		if (claims.isAmbiguous()) {
			throw new OfflineVerificationException("The grant token has a claim twice");
		}
		VerifiedToken token = new VerifiedToken(grant(claims, expiresAt), claims.optionalTime("nbf"), jws.header(),
				claims);
		requireAcceptable(token, now);
		return token;
	}

	/**
	 * Judges a token that was read before.
	 * @throws OfflineVerificationException if a claim is not acceptable
	 * @throws TokenExpiredException if the token has expired
	 * @throws ScopeViolationException if a required scope is missing
	 */
	void requireAcceptable(VerifiedToken token, Instant now) {
		VerifiedGrant grant = token.grant();
		requireNotExpired(grant.expiresAt(), now);
		requireTimes(grant, token.notBefore(), now);
		requireOrigin(token.claims(), grant);
		if (grant.depth() > this.maxDepth) {
			throw new OfflineVerificationException("The grant was delegated too often");
		}
		requireScopes(grant);
	}

	private void requireNotExpired(Instant expiresAt, Instant now) {
		if (!expiresAt.plus(this.skew).isAfter(now)) {
			throw new TokenExpiredException("The grant token has expired");
		}
	}

	private VerifiedGrant grant(GrantClaims claims, Instant expiresAt) {
		String tokenId = claims.text("jti");
		String grantId = claims.optionalText("grnt");
		String developer = claims.optionalText("dev");
		Instant issuedAt = claims.optionalTime("iat");
		if (this.allClaims && (developer == null || issuedAt == null)) {
			throw GrantClaims.malformed();
		}
		return new VerifiedGrant(claims.text("agt"), claims.text("sub"), developer, claims.scopes(), issuedAt,
				expiresAt, tokenId, (grantId != null) ? grantId : tokenId, claims.depth(),
				claims.optionalText("parentAgt"), claims.optionalText("parentGrnt"));
	}

	private void requireTimes(VerifiedGrant grant, @Nullable Instant notBefore, Instant now) {
		Instant latest = now.plus(this.skew);
		Instant issuedAt = grant.issuedAt();
		if ((issuedAt != null && issuedAt.isAfter(latest)) || (notBefore != null && notBefore.isAfter(latest))) {
			throw new OfflineVerificationException("The grant token is not valid yet");
		}
		if (issuedAt != null && !grant.expiresAt().isAfter(issuedAt)) {
			throw new OfflineVerificationException("The grant token ends before it begins");
		}
	}

	private void requireOrigin(GrantClaims claims, VerifiedGrant grant) {
		String issuedBy = claims.optionalText("iss");
		if (this.issuer != null && !this.issuer.equals(issuedBy)) {
			throw new OfflineVerificationException("The grant token is from another issuer");
		}
		if (!this.developers.isEmpty()
				&& (grant.developerId() == null || !this.developers.contains(grant.developerId()))) {
			throw new OfflineVerificationException("The grant token belongs to another developer");
		}
		if (this.audience != null && !claims.isFor(this.audience)) {
			throw new OfflineVerificationException("The grant token is for another audience");
		}
	}

	private void requireScopes(VerifiedGrant grant) {
		if (grant.scopes().containsAll(this.requiredScopes)) {
			return;
		}
		List<String> missing = Scopes.missing(grant, this.requiredScopes);
		if (this.scopeViolation == ScopeViolationMode.THROW) {
			throw new ScopeViolationException(missing);
		}
		this.accepted.warn(() -> "A grant without the required scopes " + missing + " was accepted", null);
	}

	/**
	 * The settings both verifiers have in common.
	 */
	static final class Settings {

		private static final Duration MAX_SKEW = Duration.ofDays(1);

		Clock clock = Clock.systemUTC();

		Duration skew;

		List<String> requiredScopes = List.of();

		ScopeViolationMode scopeViolation = ScopeViolationMode.THROW;

		int maxDepth = 3;

		@Nullable String audience;

		@Nullable String issuer;

		final Set<String> developers = new LinkedHashSet<>();

		Settings(Duration skew) {
			this.skew = skew;
		}

		void skew(Duration skew) {
			if (skew.isNegative() || skew.compareTo(MAX_SKEW) > 0) {
				throw new IllegalArgumentException("The clock skew must be between 0 and 24 hours");
			}
			this.skew = skew;
		}

		void requiredScopes(String... scopes) {
			this.requiredScopes = nonEmpty(scopes);
		}

		void maxDepth(int maxDepth) {
			if (maxDepth < 0) {
				throw new IllegalArgumentException("The delegation depth must not be negative");
			}
			this.maxDepth = maxDepth;
		}

		void audience(String audience) {
			this.audience = nonEmpty(audience).get(0);
		}

		void issuer(String issuer) {
			this.issuer = nonEmpty(issuer).get(0);
		}

		void developers(String... developers) {
			this.developers.addAll(nonEmpty(developers));
		}

		TokenPolicy build(boolean allClaims) {
			return new TokenPolicy(this.clock, this.skew, this.requiredScopes, this.scopeViolation, this.maxDepth,
					this.audience, this.issuer, Set.copyOf(this.developers), allClaims,
					new ThrottledLine(logger, this.clock));
		}

		private static List<String> nonEmpty(String... values) {
			List<String> checked = new ArrayList<>();
			for (String value : values) {
				if (Objects.requireNonNull(value).isBlank()) {
					throw new IllegalArgumentException(
							"An empty text can be neither scope, audience, issuer nor developer");
				}
				checked.add(value);
			}
			return List.copyOf(checked);
		}

	}

}
