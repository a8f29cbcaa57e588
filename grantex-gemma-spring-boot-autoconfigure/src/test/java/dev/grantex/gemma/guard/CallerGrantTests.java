package dev.grantex.gemma.guard;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.TokenExpiredException;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.grant.VerifiedGrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for calls under the caller's own grant.
 */
class CallerGrantTests {

	private final VerifiedGrant callers = new VerifiedGrant("did:grantex:ag_2", "user_2", "dev_1", List.of("read"),
			null, Instant.parse("2026-11-22T00:00:00Z"), "tok_2", "grnt_2", 0, null, null);

	private GuardContext guard;

	private RecordingConsent consent;

	private CallerTools tools;

	@BeforeEach
	void start() {
		this.guard = new GuardContext().grantSource(GrantSource.CALLER).start(CallerTools.class);
		this.consent = this.guard.consent;
		this.consent.tokens.put("good", this.callers);
		this.tools = this.guard.get(CallerTools.class);
	}

	@AfterEach
	void stop() {
		SecurityContextHolder.clearContext();
		assertThat(this.consent.open).as("decisions left open").hasValue(0);
		this.guard.close();
	}

	@Test
	void callRunsUnderTheCallersGrant() {
		authenticate(jwt("good"));
		this.tools.read();
		assertThat(this.consent.only().grant()).isEqualTo(this.callers);
	}

	@Test
	void scopesOfTheDeviceDoNotHelpTheCaller() {
		authenticate(jwt("good"));
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(this.tools::write);
		assertThat(this.consent.only().grant()).isEqualTo(this.callers);
		assertThat(this.consent.only().result()).isEqualTo("denied");
	}

	@Test
	void tokenIsVerifiedAtEveryCall() {
		authenticate(jwt("good"));
		this.tools.read();
		this.consent.tokens.clear();
		assertRefused();
	}

	@Test
	void callWithoutATokenIsDeniedAndNotRecorded() {
		assertRefused();
		assertThat(this.consent.entries).isEmpty();
		assertThat(this.guard.denials).containsExactly(new CallDenied("CallerTools.read", "auth_failure", false));
	}

	@Test
	void callWithAnInvalidTokenIsDeniedAndNotRecorded() {
		authenticate(jwt("bad"));
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(this.tools::read)
			.withCauseInstanceOf(OfflineVerificationException.class)
			.withMessageNotContaining("bad");
		assertThat(this.consent.entries).isEmpty();
		assertThat(this.guard.denials).hasSize(1);
	}

	@Test
	void otherAuthenticationsAreNoToken() {
		authenticate(new TestingAuthenticationToken("user", "good", "ROLE_ADMIN"));
		assertRefused();
		authenticate(new BearerTokenAuthenticationToken("good"));
		assertRefused();
		Authentication withdrawn = jwt("good");
		withdrawn.setAuthenticated(false);
		authenticate(withdrawn);
		assertRefused();
	}

	@Test
	void deviceDenialComesFirst() {
		authenticate(jwt("good"));
		this.consent.denial = DenialReason.REVOKED;
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(this.tools::read)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("revoked"));
	}

	@Test
	void deviceDenialIsRecordedUnderTheCallersGrant() {
		authenticate(jwt("good"));
		this.consent.denial = DenialReason.EXPIRED;
		assertThatExceptionOfType(TokenExpiredException.class).isThrownBy(this.tools::read);
		assertThat(this.consent.only().grant()).isEqualTo(this.callers);
	}

	@Test
	void nobodyFillsTheLogWithoutATokenWhileTheDeviceDenies() {
		this.consent.denial = DenialReason.EXPIRED;
		assertThatExceptionOfType(TokenExpiredException.class).isThrownBy(this.tools::read);
		assertThat(this.consent.entries).isEmpty();
		assertThat(this.guard.denials).containsExactly(new CallDenied("CallerTools.read", "expired", false));
	}

	@Test
	void futureRunsUnderTheGrantOfTheCallingThread() {
		authenticate(jwt("good"));
		assertThat(this.tools.future()).isCompletedWithValue("read");
		assertThat(this.consent.only().grant()).isEqualTo(this.callers);
	}

	@Test
	void subscriptionRunsUnderTheGrantOfItsContext() {
		StepVerifier
			.create(this.tools.mono().contextWrite(ReactiveSecurityContextHolder.withAuthentication(jwt("good"))))
			.expectNext("read")
			.verifyComplete();
		assertThat(this.consent.only().grant()).isEqualTo(this.callers);
	}

	@Test
	void subscriptionDoesNotTakeTheGrantOfItsThread() {
		authenticate(jwt("good"));
		StepVerifier.create(this.tools.mono()).verifyError(CallDeniedException.class);
		assertThat(this.consent.entries).isEmpty();
	}

	@Test
	void bundleGrantIgnoresTheCallersToken() {
		authenticate(jwt("good"));
		try (GuardContext bundle = GuardContext.of(CallerTools.class)) {
			bundle.get(CallerTools.class).write();
			assertThat(bundle.consent.only().grant()).isEqualTo(bundle.consent.grant);
		}
	}

	private void assertRefused() {
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(this.tools::read)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("auth_failure"));
	}

	private static void authenticate(Authentication authentication) {
		SecurityContextHolder.getContext().setAuthentication(authentication);
	}

	private static Authentication jwt(String token) {
		return new JwtAuthenticationToken(Jwt.withTokenValue(token).header("alg", "RS256").subject("user_2").build(),
				List.of());
	}

	static class CallerTools {

		@RequiresScope("read")
		public String read() {
			return "read";
		}

		@RequiresScope("write")
		public void write() {
		}

		@RequiresScope("read")
		public CompletableFuture<String> future() {
			return CompletableFuture.completedFuture("read");
		}

		@RequiresScope("read")
		public Mono<String> mono() {
			return Mono.just("read");
		}

	}

}
