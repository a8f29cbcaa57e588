package dev.grantex.gemma.grant;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.ScopeViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class ScopesTests {

	private static final VerifiedGrant GRANT = new VerifiedGrant("did:grantex:ag_1", "user_1", "dev_1",
			List.of("read:contacts", "*", "write:*"), null, Instant.EPOCH, "tok_1", "grnt_1", 0, null, null);

	@ParameterizedTest
	@ValueSource(strings = { "read", "read:", "read:contacts2", "READ:CONTACTS", " read:contacts", "write:calendar", "",
			"read:contacts,*" })
	void comparesWholeTexts(String scope) {
		assertThat(Scopes.has(GRANT, scope)).isFalse();
	}

	@Test
	void findsAGrantedScope() {
		assertThat(Scopes.has(GRANT, "read:contacts")).isTrue();
		assertThat(Scopes.has(GRANT, "*")).isTrue();
	}

	@Test
	void enforcesAllScopes() {
		Scopes.enforce(GRANT, "read:contacts", "*");
		Scopes.enforce(GRANT);
		assertThatExceptionOfType(ScopeViolationException.class)
			.isThrownBy(() -> Scopes.enforce(GRANT, "b", "read:contacts", "a"))
			.satisfies((ex) -> assertThat(ex.missingScopes()).containsExactly("b", "a"));
	}

	@Test
	void doesNotTakeNullForAGrantedScope() {
		assertThatNullPointerException().isThrownBy(() -> Scopes.has(GRANT, null));
		assertThatNullPointerException().isThrownBy(() -> Scopes.enforce(GRANT, (String) null));
	}

}
