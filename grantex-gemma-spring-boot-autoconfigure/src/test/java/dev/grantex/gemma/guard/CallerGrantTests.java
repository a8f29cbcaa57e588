package dev.grantex.gemma.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.concurrent.DelegatingSecurityContextExecutorService;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.TokenExpiredException;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.TestClock;
import dev.grantex.gemma.grant.VerifiedGrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for calls under the caller's own grant.
 */
class CallerGrantTests {

	private static final Authentication ANONYMOUS = new AnonymousAuthenticationToken("key", "anonymousUser",
			AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));

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
		RequestContextHolder.resetRequestAttributes();
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
	void callWithoutASecurityContextHasNoCallerAndIsNotRecorded() {
		assertRefused("no_caller");
		assertThat(this.consent.entries).isEmpty();
		assertThat(this.guard.denials).containsExactly(new CallDenied("CallerTools.read", "no_caller", false));
	}

	@Test
	void anonymousCallIsDeniedAndNotRecorded() {
		authenticate(ANONYMOUS);
		assertRefused();
		assertThat(this.consent.entries).isEmpty();
		assertThat(this.guard.denials).containsExactly(new CallDenied("CallerTools.read", "auth_failure", false));
	}

	@Test
	void requestWithoutASecurityContextIsAnonymous() {
		RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(new MockHttpServletRequest()));
		assertRefused();
	}

	@Test
	void contextThatDoesNotFollowToAnotherThreadIsALostCaller() throws Exception {
		authenticate(jwt("good"));
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> executor.submit(this.tools::read).get())
				.satisfies((ex) -> assertReason(ex.getCause(), "no_caller"));
			assertThat(new DelegatingSecurityContextExecutorService(executor).submit(this.tools::read).get())
				.isEqualTo("read");
		}
		finally {
			executor.shutdown();
		}
	}

	@Test
	void futureOfALostCallerIsDenied() {
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(this.tools::future)
			.satisfies((ex) -> assertReason(ex, "no_caller"));
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
		StepVerifier.create(this.tools.mono()).verifyErrorSatisfies((ex) -> assertReason(ex, "no_caller"));
		assertThat(this.consent.entries).isEmpty();
	}

	@Test
	void subscriptionOfAnAnonymousRequestHasACaller() {
		Stream
			.of(ReactiveSecurityContextHolder.withSecurityContext(Mono.empty()),
					ReactiveSecurityContextHolder.withSecurityContext(Mono.just(new SecurityContextImpl())),
					ReactiveSecurityContextHolder.withAuthentication(ANONYMOUS))
			.forEach((context) -> StepVerifier.create(this.tools.mono().contextWrite(context))
				.verifyErrorSatisfies((ex) -> assertReason(ex, "auth_failure")));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void lostCallersAreWarnedOfOnceAMinute(CapturedOutput output) {
		TestClock clock = new TestClock();
		CallNews news = new CallNews((event) -> {
		}, new GuardLog(clock), clock);
		CallDeniedException lost = new CallDeniedException("no_caller", "");
		news.deniedCaller("Tools.a", lost);
		clock.advance(Duration.ofSeconds(59));
		news.deniedCaller("Tools.b", lost);
		assertThat(output).containsOnlyOnce("no_caller")
			.contains("Denied 'Tools.a' (no_caller)", "DelegatingSecurityContextExecutor",
					"ReactiveSecurityContextHolder");
		clock.advance(Duration.ofSeconds(1));
		news.deniedCaller("Tools.c", lost);
		assertThat(output).contains("Denied 'Tools.c' (no_caller)", "[1 more left out since the last such line]");
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
		assertRefused("auth_failure");
	}

	private void assertRefused(String reason) {
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(this.tools::read)
			.satisfies((ex) -> assertReason(ex, reason));
	}

	private static void assertReason(Throwable denial, String reason) {
		assertThat(denial).isInstanceOfSatisfying(CallDeniedException.class,
				(ex) -> assertThat(ex.reason()).isEqualTo(reason));
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
