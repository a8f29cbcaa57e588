package dev.grantex.gemma.grant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.BundleTamperedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BundleIdentityTests {

	private static final SignedTokens TOKENS = new SignedTokens("key-1");

	@Test
	void readsWhomTheBundleStandsForAlsoWhenItExpired() {
		BundleIdentity identity = BundleIdentity.of(TOKENS.bundle(TOKENS.sign("""
				{"agt":"did:grantex:ag_1","sub":"user_1","jti":"tok_1","scp":["a","b"],"dev":"dev_1",
				"iss":"https://grantex.dev","iat":1,"exp":2}""")));
		assertThat(identity.agentDid()).isEqualTo("did:grantex:ag_1");
		assertThat(identity.principalDid()).isEqualTo("user_1");
		assertThat(identity.developerId()).isEqualTo("dev_1");
		assertThat(identity.issuer()).isEqualTo("https://grantex.dev");
		assertThat(identity.grantId()).isEqualTo("tok_1");
		assertThat(identity.scopes()).containsExactly("a", "b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "{\"agt\":null,\"sub\":\"s\",\"jti\":\"j\",\"scp\":[\"a\"]}",
			"{\"agt\":\"a\",\"jti\":\"j\",\"scp\":[\"a\"]}", "{\"agt\":\"a\",\"sub\":\"s\",\"scp\":[\"a\"]}",
			"{\"agt\":\"a\",\"sub\":\"s\",\"jti\":\"j\"}", "{\"agt\":\"a\",\"sub\":\"s\",\"jti\":\"j\",\"scp\":[null]}",
			"{\"agt\":\"a\",\"agt\":\"b\",\"sub\":\"s\",\"jti\":\"j\",\"scp\":[\"a\"]}" })
	void refusesATokenWithoutIdentity(String claims) {
		String token = TOKENS.sign(claims);
		assertThatExceptionOfType(BundleTamperedException.class)
			.isThrownBy(() -> BundleIdentity.of(TOKENS.bundle(token)))
			.withNoCause();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "a.b.c", "..." })
	void refusesWhatIsNoToken(String token) {
		assertThatExceptionOfType(BundleTamperedException.class)
			.isThrownBy(() -> BundleIdentity.of(TOKENS.bundle(token)));
	}

}
