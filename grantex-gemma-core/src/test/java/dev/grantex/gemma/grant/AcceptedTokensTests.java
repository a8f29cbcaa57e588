package dev.grantex.gemma.grant;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.Jwt;

import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.TokenExpiredException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What holds of a token that a verifier accepted before.
 */
class AcceptedTokensTests {

	private static final SignedTokens TOKENS = new SignedTokens("key-1");

	private final MovableClock clock = new MovableClock(SignedTokens.NOW);

	private final OfflineVerifier verifier = OfflineVerifier.builder(TOKENS.snapshot()).clock(this.clock).build();

	private final String token = TOKENS.token("");

	@Test
	void isAcceptedAgainAsTheSameGrant() {
		VerifiedGrant first = this.verifier.verify(this.token);
		assertThat(this.verifier.verify(new String(this.token))).isSameAs(first);
	}

	@Test
	void expiresAllTheSame() {
		this.verifier.verify(this.token);
		this.clock.advance(Duration.ofSeconds(630));
		assertThatExceptionOfType(TokenExpiredException.class).isThrownBy(() -> this.verifier.verify(this.token));
	}

	@Test
	void isNotValidYetWhereTheClockWasSetBack() {
		this.verifier.verify(this.token);
		this.clock.advance(Duration.ofSeconds(-91));
		assertThatExceptionOfType(OfflineVerificationException.class).isThrownBy(() -> this.verifier.verify(this.token))
			.withMessageContaining("not valid yet");
	}

	@Test
	void isWorthNothingAfterTheEndOfTheSnapshot() {
		String lasting = TOKENS.sign("""
				{"agt":"a","sub":"s","jti":"j","scp":["x"],"exp":4102444800}""");
		this.verifier.verify(lasting);
		this.clock.advance(Duration.ofHours(1));
		assertThatExceptionOfType(OfflineVerificationException.class).isThrownBy(() -> this.verifier.verify(lasting))
			.withMessageContaining("snapshot");
	}

	@Test
	void doesNotHelpACopyWithAnotherSignatureOrOtherClaims() {
		this.verifier.verify(this.token);
		char last = this.token.charAt(this.token.length() - 3);
		String resigned = this.token.substring(0, this.token.length() - 3) + ((last != 'A') ? 'A' : 'B')
				+ this.token.substring(this.token.length() - 2);
		assertThatExceptionOfType(OfflineVerificationException.class).isThrownBy(() -> this.verifier.verify(resigned));
		String other = TOKENS.token(",\"aud\":\"x\"");
		String spliced = other.substring(0, other.lastIndexOf('.')) + this.token.substring(this.token.lastIndexOf('.'));
		assertThatExceptionOfType(OfflineVerificationException.class).isThrownBy(() -> this.verifier.verify(spliced));
	}

	@Test
	void doesNotHelpAnotherVerifier() {
		this.verifier.verify(this.token);
		OfflineVerifier other = OfflineVerifier.builder(new SignedTokens("key-1").snapshot()).clock(this.clock).build();
		assertThatExceptionOfType(OfflineVerificationException.class).isThrownBy(() -> other.verify(this.token))
			.withMessageContaining("signature");
	}

	@Test
	void cannotBeChangedByWhoDecodedIt() {
		OfflineJwtDecoder decoder = new OfflineJwtDecoder(() -> this.verifier);
		Jwt jwt = decoder.decode(this.token);
		List<String> scopes = jwt.getClaim("scp");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> scopes.add("all"));
		assertThat(decoder.decode(this.token).<List<String>>getClaim("scp")).containsExactly("read:contacts",
				"write:calendar");
	}

	@Test
	void isForgottenForLaterOnesAndNeverKeptWhenLong() {
		AcceptedTokens tokens = new AcceptedTokens();
		AcceptedTokens.Entry entry = new AcceptedTokens.Entry("key", null, null);
		tokens.put("x".repeat(AcceptedTokens.MAX_LENGTH), entry);
		tokens.put("y".repeat(AcceptedTokens.MAX_LENGTH + 1), entry);
		assertThat(tokens.get("x".repeat(AcceptedTokens.MAX_LENGTH))).isSameAs(entry);
		assertThat(tokens.get("y".repeat(AcceptedTokens.MAX_LENGTH + 1))).isNull();
		assertThat(tokens.get(null)).isNull();
		tokens.put("old", entry);
		tokens.put("used", entry);
		for (int i = 0; i < AcceptedTokens.MAX_TOKENS - 1; i++) {
			assertThat(tokens.get("used")).isSameAs(entry);
			tokens.put("token " + i, entry);
		}
		assertThat(tokens.get("old")).isNull();
		assertThat(tokens.get("used")).isSameAs(entry);
	}

	@Test
	void isAcceptedByManyThreadsAtOnce() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			Callable<VerifiedGrant> verify = () -> {
				VerifiedGrant grant = null;
				for (int i = 0; i < 600; i++) {
					grant = this.verifier.verify(this.token);
				}
				return grant;
			};
			for (Future<VerifiedGrant> grant : threads.invokeAll(Collections.nCopies(8, verify))) {
				assertThat(grant.get().scopes()).containsExactly("read:contacts", "write:calendar");
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

}
