package dev.grantex.gemma.grant;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.BundleTamperedException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.TokenExpiredException;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.JwksSnapshot;

/**
 * Verifies grant tokens with the keys of a JWKS snapshot, without a network. Immutable
 * and thread-safe; a new snapshot needs a new verifier.
 * <p>
 * A token is accepted when it is an RS256 JWS in canonical compact serialization under a
 * key that alone has its name in the snapshot, has not expired, is valid already, was
 * delegated at most as often as allowed, and carries the claims {@code sub}, {@code agt},
 * {@code jti}, {@code exp} and a non-empty {@code scp}. A snapshot past its
 * {@code validUntil} verifies nothing.
 * <p>
 * Signature and form of a token are verified once: a verifier remembers the last 256
 * tokens of up to 16 KiB that it accepted. All that time or settings decide is looked at
 * each time.
 */
public final class OfflineVerifier {

	private static final Duration DEFAULT_SKEW = Duration.ofSeconds(30);

	private final JwksSnapshot snapshot;

	private final VerificationKeys keys;

	private final TokenPolicy policy;

	private final AcceptedTokens accepted = new AcceptedTokens();

	private OfflineVerifier(JwksSnapshot snapshot, boolean examined, TokenPolicy policy) {
		this.snapshot = snapshot;
		this.keys = new VerificationKeys(PublishedKey.usable(snapshot.keys()), examined);
		this.policy = policy;
	}

	/**
	 * Starts a verifier that accepts grants of every developer and issuer, unless told
	 * otherwise. One key set signs for all customers of a service, so where a bundle is
	 * known {@link #builder(ConsentBundle)} is the right choice.
	 * @param snapshot the keys
	 * @return the builder
	 */
	public static Builder builder(JwksSnapshot snapshot) {
		return new Builder(snapshot, null);
	}

	/**
	 * Starts a verifier that accepts only grants of the bundle's developer and issuer, as
	 * the bundle's own token names them.
	 * @param bundle the bundle
	 * @return the builder
	 * @throws BundleTamperedException if the bundle's token is not readable
	 */
	public static Builder builder(ConsentBundle bundle) {
		return new Builder(bundle.jwksSnapshot(), BundleIdentity.of(bundle));
	}

	/**
	 * Verifies a token.
	 * @param token the token, as a JWS in compact serialization
	 * @return what was granted
	 * @throws OfflineVerificationException if the token is not acceptable, or the
	 * snapshot is no longer valid
	 * @throws TokenExpiredException if the token has expired
	 * @throws ScopeViolationException if it lacks a required scope
	 */
	public VerifiedGrant verify(String token) {
		return verifyToken(token).grant();
	}

	VerifiedToken verifyToken(@Nullable String token) {
		Instant now = this.policy.clock().instant();
		if (!this.snapshot.isValidAt(now)) {
			throw new OfflineVerificationException("The key snapshot on this device is no longer valid");
		}
		AcceptedTokens.Entry known = this.accepted.get(token);
		if (known != null && this.keys.named(known.keyId(), now) == known.key()) {
			this.policy.requireAcceptable(known.token(), now);
			return known.token();
		}
		CompactJws jws = CompactJws.parse(token);
		Rs256Key key = this.keys.verify(jws, now);
		VerifiedToken verified = this.policy.accept(jws, now);
		this.accepted.put(Objects.requireNonNull(token), new AcceptedTokens.Entry(jws.keyId(), key, verified));
		return verified;
	}

	/**
	 * Builds a verifier.
	 */
	public static final class Builder {

		private final JwksSnapshot snapshot;

		private final @Nullable BundleIdentity pin;

		private final TokenPolicy.Settings settings = new TokenPolicy.Settings(DEFAULT_SKEW);

		private boolean examined;

		private Builder(JwksSnapshot snapshot, @Nullable BundleIdentity pin) {
			this.snapshot = Objects.requireNonNull(snapshot, "snapshot");
			this.pin = pin;
		}

		/**
		 * Sets by how much this device's clock and the service's may differ: 30 seconds
		 * unless set. It does not apply to the end of the snapshot.
		 * @param skew the skew, from 0 to 24 hours
		 * @return this builder
		 * @throws IllegalArgumentException if it is out of range
		 */
		public Builder clockSkew(Duration skew) {
			this.settings.skew(skew);
			return this;
		}

		/**
		 * Sets the scopes every grant must have: none unless set. Scopes are compared as
		 * whole texts.
		 * @param scopes the scopes
		 * @return this builder
		 * @throws IllegalArgumentException if one is blank
		 */
		public Builder requireScopes(String... scopes) {
			this.settings.requiredScopes(scopes);
			return this;
		}

		/**
		 * Sets how often a grant may have been delegated: 3 times unless set. The
		 * protocol allows 10 at most, whatever is set here.
		 * @param depth the depth, from 0 for the user's own grants only
		 * @return this builder
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder maxDelegationDepth(int depth) {
			this.settings.maxDepth(depth);
			return this;
		}

		/**
		 * Sets what happens to a grant that lacks a required scope: refused unless set.
		 * @param mode whether to refuse or only to log
		 * @return this builder
		 */
		public Builder onScopeViolation(ScopeViolationMode mode) {
			this.settings.scopeViolation = Objects.requireNonNull(mode, "mode");
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
		 * Sets who must have issued the tokens, in place of the bundle's issuer.
		 * @param issuer the claim {@code iss}
		 * @return this builder
		 * @throws IllegalArgumentException if it is blank
		 */
		public Builder issuer(String issuer) {
			this.settings.issuer(issuer);
			return this;
		}

		/**
		 * Adds developers whose grants are accepted, besides the bundle's. Without a
		 * bundle only theirs are.
		 * @param developers values of the claim {@code dev}
		 * @return this builder
		 * @throws IllegalArgumentException if one is blank
		 */
		public Builder developer(String... developers) {
			this.settings.developers(developers);
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
		 * Sets whether it is known that the snapshot's keys hide their factors: not
		 * unless set. To find out takes a processor up to 50 ms for each key.
		 * @param examined whether another verifier has verified a token with them
		 * @return this builder
		 */
		public Builder keysExamined(boolean examined) {
			this.examined = examined;
			return this;
		}

		/**
		 * Creates the verifier.
		 * @return the verifier
		 * @throws OfflineVerificationException if the bundle's own token names no
		 * developer, or no issuer and none was set
		 */
		public OfflineVerifier build() {
			if (this.pin != null) {
				pin(this.pin);
			}
			return new OfflineVerifier(this.snapshot, this.examined, this.settings.build(false));
		}

		private void pin(BundleIdentity identity) {
			String developer = identity.developerId();
			String issuer = (this.settings.issuer != null) ? this.settings.issuer : identity.issuer();
			if (developer == null || issuer == null) {
				throw new OfflineVerificationException("The consent bundle's token does not say whose grant it is");
			}
			this.settings.developers(developer);
			this.settings.issuer(issuer);
		}

	}

}
