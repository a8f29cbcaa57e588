package dev.grantex.gemma.grant;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantTokenException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;

/**
 * Verifies grant tokens with the keys the service publishes at a URL, for a service that
 * has a network and receives tokens of agents. The same rules as in
 * {@link OfflineVerifier} apply, and the claims {@code dev} and {@code iat} must be there
 * too. Thread-safe.
 * <p>
 * Keys are kept for five minutes, and for a day while the service cannot be reached. A
 * token under an unknown key, or one whose signature does not hold, has them fetched
 * anew, at most twice in half a minute: the service may give the name of a key to another
 * one.
 */
public final class GrantTokenVerifier {

	private static final Duration CACHED_FOR = Duration.ofMinutes(5);

	private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(30);

	private static final Duration OUTAGE_TOLERATED_FOR = Duration.ofDays(1);

	private final JWKSetSource<SecurityContext> source;

	private final TokenPolicy policy;

	private volatile @Nullable Published latest;

	private GrantTokenVerifier(JwksEndpoint endpoint, Duration timeout, TokenPolicy policy) {
		JWKSetBasedJWKSource<SecurityContext> layers = (JWKSetBasedJWKSource<SecurityContext>) JWKSourceBuilder
			.create(endpoint)
			.refreshAheadCache(false)
			.cache(CACHED_FOR.toMillis(), timeout.toMillis())
			.rateLimited(REFRESH_INTERVAL.toMillis())
			.outageTolerant(OUTAGE_TOLERATED_FOR.toMillis())
			.build();
		this.source = layers.getJWKSetSource();
		this.policy = policy;
	}

	/**
	 * Starts a verifier.
	 * @param jwksUri where the service publishes its keys, such as
	 * {@code https://api.grantex.dev/.well-known/jwks.json}
	 * @return the builder
	 */
	public static Builder builder(URI jwksUri) {
		return new Builder(jwksUri);
	}

	/**
	 * Verifies a token.
	 * @param token the token, as a JWS in compact serialization
	 * @return what was granted
	 * @throws GrantTokenException if the token is not acceptable, for whatever reason, or
	 * the service's keys cannot be had
	 */
	public VerifiedGrant verify(String token) {
		try {
			CompactJws jws = CompactJws.parse(token);
			verifySignature(jws);
			return this.policy.accept(jws, this.policy.clock().instant()).grant();
		}
		catch (KeySourceException ex) {
			throw new GrantTokenException("The keys to verify the grant token with are not available");
		}
		catch (GrantexGemmaException ex) {
			throw new GrantTokenException(Objects.requireNonNullElse(ex.getMessage(), "The grant token is refused"));
		}
	}

	private void verifySignature(CompactJws jws) throws KeySourceException {
		Instant now = this.policy.clock().instant();
		Published known = published(JWKSetCacheRefreshEvaluator.noRefresh());
		try {
			known.keys().verify(jws, now);
		}
		catch (OfflineVerificationException refusal) {
			newerThan(known, refusal).keys().verify(jws, now);
		}
	}

	/**
	 * The keys as they are published now. Whoever asks at the same time shares one
	 * request.
	 */
	private Published newerThan(Published known, OfflineVerificationException refusal) {
		try {
			return published(JWKSetCacheRefreshEvaluator.referenceComparison(known.set()));
		}
		catch (KeySourceException ex) {
			// Fetched just before, or out of reach: what is known decides.
			throw refusal;
		}
	}

	private Published published(JWKSetCacheRefreshEvaluator refresh) throws KeySourceException {
		JWKSet set = this.source.getJWKSet(refresh, this.policy.clock().millis(), null);
		Published latest = this.latest;
		if (latest == null || latest.set() != set) {
			latest = new Published(set, JwksEndpoint.keys(set));
			this.latest = latest;
		}
		return latest;
	}

	private record Published(JWKSet set, VerificationKeys keys) {

	}

	/**
	 * Builds a verifier.
	 */
	public static final class Builder {

		private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);

		private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

		private final URI jwksUri;

		private final TokenPolicy.Settings settings = new TokenPolicy.Settings(Duration.ZERO);

		private Duration timeout = Duration.ofSeconds(10);

		private boolean allowInsecureHttp;

		private Builder(URI jwksUri) {
			this.jwksUri = Objects.requireNonNull(jwksUri, "jwksUri");
		}

		/**
		 * Sets by how much this machine's clock and the service's may differ: not at all
		 * unless set.
		 * @param tolerance the tolerance, from 0 to 24 hours
		 * @return this builder
		 * @throws IllegalArgumentException if it is out of range
		 */
		public Builder clockTolerance(Duration tolerance) {
			this.settings.skew(tolerance);
			return this;
		}

		/**
		 * Sets the scopes every grant must have: none unless set.
		 * @param scopes the scopes
		 * @return this builder
		 * @throws IllegalArgumentException if one is blank
		 */
		public Builder requireScopes(String... scopes) {
			this.settings.requiredScopes(scopes);
			return this;
		}

		/**
		 * Sets how often a grant may have been delegated: 3 times unless set, 10 at most.
		 * @param depth the depth, from 0
		 * @return this builder
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder maxDelegationDepth(int depth) {
			this.settings.maxDepth(depth);
			return this;
		}

		/**
		 * Sets the audience that tokens must name: none unless set.
		 * @param audience a value of the claim {@code aud}
		 * @return this builder
		 * @throws IllegalArgumentException if it is blank
		 */
		public Builder audience(String audience) {
			this.settings.audience(audience);
			return this;
		}

		/**
		 * Sets who must have issued the tokens: anyone with the keys unless set.
		 * @param issuer the claim {@code iss}
		 * @return this builder
		 * @throws IllegalArgumentException if it is blank
		 */
		public Builder issuer(String issuer) {
			this.settings.issuer(issuer);
			return this;
		}

		/**
		 * Adds developers whose grants are accepted: everyone's are unless set. One key
		 * set signs for all customers of a service, so this should be set.
		 * @param developers values of the claim {@code dev}
		 * @return this builder
		 * @throws IllegalArgumentException if one is blank
		 */
		public Builder developer(String... developers) {
			this.settings.developers(developers);
			return this;
		}

		/**
		 * Sets how long fetching the keys may take: 10 seconds unless set.
		 * @param timeout the time, a millisecond to a minute
		 * @return this builder
		 * @throws IllegalArgumentException if it is out of range
		 */
		public Builder timeout(Duration timeout) {
			if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
				throw new IllegalArgumentException("The timeout must be a millisecond to a minute");
			}
			this.timeout = timeout;
			return this;
		}

		/**
		 * Sets whether the keys may be fetched over plain http from another machine,
		 * where anyone on the way can replace them: not unless set.
		 * @param allowed whether it is allowed
		 * @return this builder
		 */
		public Builder allowInsecureHttp(boolean allowed) {
			this.allowInsecureHttp = allowed;
			return this;
		}

		/**
		 * Sets the clock, UTC from the system unless set.
		 * @param clock the clock
		 * @return this builder
		 */
		public Builder clock(Clock clock) {
			this.settings.clock = Objects.requireNonNull(clock, "clock");
			return this;
		}

		/**
		 * Creates the verifier. Keys are fetched when the first token comes.
		 * @return the verifier
		 * @throws IllegalArgumentException if the URL is neither https nor, on this
		 * machine or where allowed, http
		 */
		public GrantTokenVerifier build() {
			JwksEndpoint endpoint = new JwksEndpoint(this.jwksUri, this.timeout, this.allowInsecureHttp);
			return new GrantTokenVerifier(endpoint, this.timeout, this.settings.build(true));
		}

	}

}
