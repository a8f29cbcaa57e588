package dev.grantex.gemma.grant;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.grantex.gemma.BundleTamperedException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.TokenExpiredException;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.JwksSnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@ExtendWith(OutputCaptureExtension.class)
class OfflineVerifierTests {

	private static final SignedTokens TOKENS = new SignedTokens("key-1");

	private static final ConsentBundle BUNDLE = TOKENS.bundle(TOKENS.token(""));

	@Test
	void verifiesTheBundlesOwnToken() {
		VerifiedGrant grant = pinned().build().verify(BUNDLE.grantToken());
		assertThat(grant.agentDid()).isEqualTo("did:grantex:ag_1");
		assertThat(grant.developerId()).isEqualTo("dev_1");
		assertThat(grant.issuedAt()).isEqualTo(SignedTokens.NOW.minusSeconds(60));
	}

	@Test
	void refusesAnotherCustomersTokenUnderTheSameKeyWhenPinned() {
		OfflineVerifier verifier = pinned().build();
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> verifier.verify(TOKENS.token("dev_2", "https://grantex.dev", "")))
			.withMessageContaining("another developer");
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> verifier.verify(TOKENS.token("dev_1", "https://other.example", "")))
			.withMessageContaining("another issuer");
	}

	@Test
	void acceptsGrantsWithoutTheRequiredScopesWithOneWarningAMinute(CapturedOutput output) {
		MovableClock clock = new MovableClock(SignedTokens.NOW);
		OfflineVerifier verifier = pinned().clock(clock)
			.requireScopes("never:granted")
			.onScopeViolation(ScopeViolationMode.LOG)
			.build();
		String token = TOKENS.token("");
		for (int i = 0; i < 100; i++) {
			assertThat(verifier.verify(token)).isNotNull();
		}
		assertThat(output).containsOnlyOnce("A grant without the required scopes [never:granted] was accepted");
		clock.advance(Duration.ofMinutes(1));
		verifier.verify(token);
		assertThat(output).contains("was accepted [99 more left out since the last such line]");
	}

	@Test
	void acceptsFurtherDevelopersBesidesTheBundles() {
		OfflineVerifier verifier = pinned().developer("dev_2").build();
		assertThat(verifier.verify(TOKENS.token("dev_2", "https://grantex.dev", "")).developerId()).isEqualTo("dev_2");
		assertThat(verifier.verify(BUNDLE.grantToken()).developerId()).isEqualTo("dev_1");
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> verifier.verify(TOKENS.token("dev_3", "https://grantex.dev", "")));
	}

	@Test
	void takesAnIssuerInPlaceOfTheBundles() {
		OfflineVerifier verifier = pinned().issuer("https://other.example").build();
		assertThat(verifier.verify(TOKENS.token("dev_1", "https://other.example", ""))).isNotNull();
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> verifier.verify(BUNDLE.grantToken()));
	}

	@Test
	void restrictsDevelopersWithoutABundle() {
		OfflineVerifier verifier = unpinned().developer("dev_2", "dev_3").build();
		assertThat(verifier.verify(TOKENS.token("dev_3", "https://x", ""))).isNotNull();
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> verifier.verify(TOKENS.token("")));
	}

	@Test
	void refusesToPinToABundleThatNamesNobody() {
		String token = TOKENS.sign("{\"agt\":\"a\",\"sub\":\"s\",\"jti\":\"j\",\"scp\":[\"x\"],\"exp\":4102444800}");
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> OfflineVerifier.builder(TOKENS.bundle(token)).build());
		assertThatExceptionOfType(BundleTamperedException.class)
			.isThrownBy(() -> OfflineVerifier.builder(TOKENS.bundle("no token")));
	}

	@Test
	void canBuildTwiceFromOneBuilder() {
		OfflineVerifier.Builder builder = pinned();
		builder.build();
		assertThat(builder.build().verify(BUNDLE.grantToken())).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "...", "a.b.c", " ", "Bearer x" })
	void refusesWhatIsNoToken(String text) {
		assertThatExceptionOfType(OfflineVerificationException.class).isThrownBy(() -> unpinned().build().verify(text))
			.withNoCause();
	}

	@Test
	void refusesNothingAtAllAndFarTooMuch() {
		OfflineVerifier verifier = unpinned().build();
		assertThatExceptionOfType(OfflineVerificationException.class).isThrownBy(() -> verifier.verify(null));
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> verifier.verify(TOKENS.token(",\"x\":\"" + "x".repeat(CompactJws.MAX_LENGTH) + "\"")))
			.withMessageContaining("malformed");
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> verifier.verify(".".repeat(10_000_000)));
	}

	@Test
	void acceptsATokenWithAsManyAndAsLongScopesAsTheServiceAllows() {
		List<String> scopes = new ArrayList<>();
		for (int index = 100; index < 200; index++) {
			scopes.add("\"" + "s".repeat(253) + index + "\"");
		}
		String token = TOKENS
			.sign("{\"agt\":\"a\",\"sub\":\"s\",\"jti\":\"j\",\"scp\":" + scopes + ",\"exp\":4102444800}");
		assertThat(unpinned().build().verify(token).scopes()).hasSize(100);
	}

	@ParameterizedTest
	@ValueSource(strings = { ",\"exp\":1e-999999999", ",\"nbf\":1e-999999999", ",\"nbf\":1e999999999", ",\"nbf\":-1",
			",\"nbf\":null", ",\"nbf\":true", ",\"delegationDepth\":-1", ",\"delegationDepth\":1e-99999999",
			",\"delegationDepth\":11", ",\"parentAgt\":\"did:grantex:ag_0\"",
			",\"parentAgt\":\"did:grantex:ag_0\",\"delegationDepth\":0", ",\"parentAgt\":7,\"delegationDepth\":1",
			",\"x\":{\"y\":1,\"y\":2}", ",\"agt\":\"did:grantex:ag_2\"" })
	void refusesHostileClaims(String more) {
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> unpinned().maxDelegationDepth(Integer.MAX_VALUE).build().verify(TOKENS.token(more)))
			.withNoCause();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u0130061", "0\u066061", "00\u01361", "006\u0131" })
	void refusesAnEscapeWhoseDigitsAreNotAscii(String digits) {
		OfflineVerifier verifier = unpinned().build();
		String claims = "{\"agt\":\"%s\",\"sub\":\"s\",\"jti\":\"j\",\"scp\":[\"x\"],\"exp\":4102444800}";
		assertThat(verifier.verify(TOKENS.sign(claims.formatted("\\u0061"))).agentDid()).isEqualTo("a");
		String payload = TOKENS.sign(claims.formatted("\\u" + digits));
		assertThatExceptionOfType(OfflineVerificationException.class).isThrownBy(() -> verifier.verify(payload));
		byte[] header = ("{\"\\u" + digits + "\":1}").getBytes(StandardCharsets.UTF_8);
		assertThatIllegalArgumentException().isThrownBy(() -> StrictJson.readObject(header));
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "-0", "0", "-0.5", "0.5", "-1e300", "-9223372036854775808", "-9223372036854775809",
			"1e-300", "-1e-999999999", "-31557014167219201", "true", "false", "1795283970", "1795283969.999999999" })
	void anEndThatHasPassedIsExpiryHoweverLongAgo(String end) {
		assertThatExceptionOfType(TokenExpiredException.class)
			.isThrownBy(() -> unpinned().build().verify(TOKENS.sign(claims("\"exp\":" + end))));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "null", "\"-1\"", "\"\"", "[]", "{}", "[-1]", "1e300", "1e999999999", "9223372036854775808" })
	void anEndThatIsNoneIsNoExpiry(String end) {
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> unpinned().build().verify(TOKENS.sign(claims("\"exp\":" + end))))
			.satisfies((ex) -> assertThat(ex).isNotInstanceOf(TokenExpiredException.class));
	}

	@Test
	void anEndBeforeTheYear1970IsComparedLikeAnyOther() {
		Clock atTheEpoch = Clock.fixed(Instant.EPOCH.plusSeconds(10), ZoneOffset.UTC);
		OfflineVerifier verifier = unpinned().clock(atTheEpoch).build();
		assertThat(verifier.verify(TOKENS.sign(claims("\"exp\":-1"))).expiresAt())
			.isEqualTo(Instant.EPOCH.minusSeconds(1));
		assertThatExceptionOfType(TokenExpiredException.class)
			.isThrownBy(() -> verifier.verify(TOKENS.sign(claims("\"exp\":-20"))));
		assertThat(verifier.verify(TOKENS.sign(claims("\"exp\":-19.5"))).expiresAt())
			.isEqualTo(Instant.EPOCH.minusMillis(19_500));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1e300", "1e999999999", "9223372036854775808", "253402300800", "1795284031" })
	void aBeginningToComeIsNotValidYetHoweverFarAway(String time) {
		for (String name : List.of("iat", "nbf")) {
			assertThatExceptionOfType(OfflineVerificationException.class)
				.isThrownBy(() -> unpinned().build()
					.verify(TOKENS.sign(claims("\"exp\":253402300799,\"" + name + "\":" + time))))
				.withMessageContaining("not valid yet");
		}
	}

	@Test
	void refusesATokenThatEndsBeforeItBegins() {
		long now = SignedTokens.NOW.getEpochSecond();
		String token = TOKENS.sign(
				"{\"agt\":\"a\",\"sub\":\"s\",\"jti\":\"j\",\"scp\":[\"x\"],\"iat\":" + now + ",\"exp\":" + now + "}");
		assertThatExceptionOfType(OfflineVerificationException.class).isThrownBy(() -> unpinned().build().verify(token))
			.withMessageContaining("before it begins");
	}

	@Test
	void countsFractionsOfSeconds() {
		long end = SignedTokens.NOW.minusSeconds(30).getEpochSecond();
		String claims = "{\"agt\":\"a\",\"sub\":\"s\",\"jti\":\"j\",\"scp\":[\"x\"],\"exp\":";
		assertThat(unpinned().build().verify(TOKENS.sign(claims + end + ".001}"))).isNotNull();
		assertThatExceptionOfType(TokenExpiredException.class)
			.isThrownBy(() -> unpinned().build().verify(TOKENS.sign(claims + end + ".000}")));
	}

	@Test
	void namesTheScopesThatAreMissing() {
		OfflineVerifier verifier = unpinned().requireScopes("send:email", "read:contacts", "admin").build();
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(() -> verifier.verify(BUNDLE.grantToken()))
			.satisfies((ex) -> assertThat(ex.missingScopes()).containsExactly("send:email", "admin"));
	}

	@Test
	void refusesOptionsThatMakeNoSense() {
		OfflineVerifier.Builder builder = unpinned();
		assertThatIllegalArgumentException().isThrownBy(() -> builder.clockSkew(Duration.ofNanos(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.clockSkew(Duration.ofDays(2)));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.maxDelegationDepth(-1));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.requireScopes("read:contacts", " "));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.audience(""));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.issuer(""));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.developer(""));
		assertThatNullPointerException().isThrownBy(() -> builder.requireScopes((String) null));
		assertThatNullPointerException().isThrownBy(() -> builder.clock(null));
		assertThatNullPointerException().isThrownBy(() -> builder.onScopeViolation(null));
		assertThatNullPointerException().isThrownBy(() -> OfflineVerifier.builder((JwksSnapshot) null));
		assertThat(builder.clockSkew(Duration.ofMillis(1500)).build().verify(BUNDLE.grantToken())).isNotNull();
	}

	@Test
	void verifiesForManyThreadsAtOnce() throws Exception {
		OfflineVerifier verifier = pinned().build();
		String good = BUNDLE.grantToken();
		String bad = new SignedTokens("key-1").token("");
		List<Callable<Boolean>> tasks = new ArrayList<>();
		for (int task = 0; task < 8; task++) {
			boolean genuine = task % 2 == 0;
			tasks.add(() -> {
				for (int round = 0; round < 100; round++) {
					if (accepts(verifier, genuine ? good : bad) != genuine) {
						return false;
					}
				}
				return true;
			});
		}
		ExecutorService executor = Executors.newFixedThreadPool(tasks.size());
		try {
			for (Future<Boolean> outcome : executor.invokeAll(tasks)) {
				assertThat(outcome.get()).isTrue();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static String claims(String times) {
		return "{\"agt\":\"a\",\"sub\":\"s\",\"jti\":\"j\",\"scp\":[\"x\"]," + times + "}";
	}

	private static boolean accepts(OfflineVerifier verifier, String token) {
		try {
			verifier.verify(token);
			return true;
		}
		catch (OfflineVerificationException ex) {
			return false;
		}
	}

	private static OfflineVerifier.Builder pinned() {
		return OfflineVerifier.builder(BUNDLE).clock(SignedTokens.CLOCK);
	}

	private static OfflineVerifier.Builder unpinned() {
		return OfflineVerifier.builder(TOKENS.snapshot()).clock(SignedTokens.CLOCK);
	}

}
