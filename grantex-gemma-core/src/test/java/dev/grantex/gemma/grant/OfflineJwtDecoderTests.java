package dev.grantex.gemma.grant;

import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.JwtReactiveAuthenticationManager;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import dev.grantex.gemma.BundleTamperedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OfflineJwtDecoderTests {

	private static final SignedTokens TOKENS = new SignedTokens("key-1");

	private final AtomicReference<OfflineVerifier> verifier = new AtomicReference<>(verifier(TOKENS));

	private final OfflineJwtDecoder decoder = new OfflineJwtDecoder(this.verifier::get);

	private final ReactiveOfflineJwtDecoder reactiveDecoder = new ReactiveOfflineJwtDecoder(this.verifier::get);

	@Test
	void carriesHeaderClaimsAndTimes() {
		String token = TOKENS.token(",\"aud\":\"https://a.example\",\"nbf\":1795284000,\"x\":null,\"bdg\":100.5");
		Jwt jwt = this.decoder.decode(token);
		assertThat(jwt.getTokenValue()).isEqualTo(token);
		assertThat(jwt.getHeaders()).containsEntry("alg", "RS256").containsEntry("kid", "key-1");
		assertThat(jwt.getSubject()).isEqualTo("user_1");
		assertThat(jwt.getId()).isEqualTo("tok_1");
		assertThat(jwt.getIssuer()).hasToString("https://grantex.dev");
		assertThat(jwt.getAudience()).containsExactly("https://a.example");
		assertThat(jwt.getIssuedAt()).isEqualTo(SignedTokens.NOW.minusSeconds(60));
		assertThat(jwt.getExpiresAt()).isEqualTo(SignedTokens.NOW.plusSeconds(600));
		assertThat(jwt.getNotBefore()).isEqualTo(SignedTokens.NOW);
		assertThat(jwt.getClaims()).containsEntry("agt", "did:grantex:ag_1").containsKey("bdg").doesNotContainKey("x");
	}

	@Test
	void makesAuthoritiesOfTheGrantedScopesOnly() {
		Authentication authentication = provider()
			.authenticate(new BearerTokenAuthenticationToken(TOKENS.token(",\"scope\":\"admin\"")));
		assertThat(authentication.getName()).isEqualTo("user_1");
		assertThat(authentication.getAuthorities()).extracting(GrantedAuthority::getAuthority)
			.contains("SCOPE_read:contacts", "SCOPE_write:calendar")
			.doesNotContain("SCOPE_admin");
	}

	@Test
	void followsABundleThatChanges() {
		SignedTokens renewed = new SignedTokens("key-2");
		String token = renewed.token("");
		assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> this.decoder.decode(token));
		this.verifier.set(verifier(renewed));
		assertThat(this.decoder.decode(token).getSubject()).isEqualTo("user_1");
		this.verifier.set(null);
		assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> this.decoder.decode(token));
	}

	@Test
	void refusesEverythingAsAnInvalidTokenSoThatTheAnswerIs401() {
		String other = TOKENS.token("dev_2", "https://grantex.dev", "");
		assertThatExceptionOfType(InvalidBearerTokenException.class)
			.isThrownBy(() -> provider().authenticate(new BearerTokenAuthenticationToken(other)));
		this.verifier.set(null);
		assertThatExceptionOfType(InvalidBearerTokenException.class)
			.isThrownBy(() -> provider().authenticate(new BearerTokenAuthenticationToken(TOKENS.token(""))));
	}

	@Test
	void refusesAlsoWhenTheBundleCannotBeHad() {
		OfflineJwtDecoder failing = new OfflineJwtDecoder(() -> {
			throw new BundleTamperedException("damaged");
		});
		assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> failing.decode(TOKENS.token("")));
	}

	@Test
	void refusesATokenWithoutRequiredScopes() {
		this.verifier
			.set(OfflineVerifier.builder(TOKENS.snapshot()).clock(SignedTokens.CLOCK).requireScopes("admin").build());
		assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> this.decoder.decode(TOKENS.token("")));
	}

	@Test
	void neverRepeatsTheToken() {
		String token = TOKENS.token("dev_2", "https://grantex.dev", "");
		assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> this.decoder.decode(token))
			.withNoCause()
			.satisfies((ex) -> assertThat(token.split("\\.")).noneMatch(ex.toString()::contains));
		assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> this.decoder.decode(null));
	}

	@Test
	void decodesReactivelyAlsoWhereNothingMayBlock() {
		StepVerifier
			.create(this.reactiveDecoder.decode(TOKENS.token(""))
				.subscribeOn(Schedulers.parallel())
				.doOnNext((jwt) -> assertThat(Thread.currentThread()).isInstanceOf(NonBlocking.class))
				.map(Jwt::getSubject))
			.expectNext("user_1")
			.verifyComplete();
	}

	@Test
	void verifiesReactivelyOnlyUponSubscription() {
		var pending = this.reactiveDecoder.decode(TOKENS.token(""));
		this.verifier.set(null);
		StepVerifier.create(pending).verifyError(BadJwtException.class);
	}

	@Test
	void refusesReactivelyAsAnInvalidToken() {
		JwtReactiveAuthenticationManager manager = new JwtReactiveAuthenticationManager(this.reactiveDecoder);
		this.verifier.set(null);
		StepVerifier.create(manager.authenticate(new BearerTokenAuthenticationToken(TOKENS.token(""))))
			.verifyError(InvalidBearerTokenException.class);
	}

	private AuthenticationManager provider() {
		return new JwtAuthenticationProvider(this.decoder)::authenticate;
	}

	private static OfflineVerifier verifier(SignedTokens tokens) {
		return OfflineVerifier.builder(tokens.bundle(tokens.token(""))).clock(SignedTokens.CLOCK).build();
	}

}
