package dev.grantex.gemma.grant;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.TokenExpiredException;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.JwksSnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Every case of the vectors for tokens, and of those for snapshots.
 */
class TokenVectorsTests {

	private static final JsonNode VECTORS = json("tokens.json");

	private static final JsonNode SNAPSHOTS = json("snapshot-and-refresh.json");

	private static final Clock CLOCK = fixed(VECTORS.get("now").longValue() * 1000);

	private static final String KEYS = VECTORS.get("jwks").get("keys").toString();

	private static final JwksSnapshot SNAPSHOT = snapshot("\"2100-01-01T00:00:00.000Z\"");

	static List<Arguments> tokens() {
		return StreamSupport.stream(VECTORS.get("cases").spliterator(), false)
			.map((vector) -> (Arguments) argumentSet(vector.get("name").stringValue(), vector))
			.toList();
	}

	static List<Arguments> snapshots() {
		return StreamSupport.stream(SNAPSHOTS.get("snapshotValidUntil").spliterator(), false)
			.map((vector) -> (Arguments) argumentSet(vector.get("name").stringValue(), vector))
			.toList();
	}

	static List<Arguments> expiries() {
		return StreamSupport.stream(SNAPSHOTS.get("serverBundleAroundExpiry").get("cases").spliterator(), false)
			.map((vector) -> (Arguments) argumentSet(vector.get("at").stringValue(), vector))
			.toList();
	}

	@Test
	void noVectorIsLost() {
		assertThat(tokens()).hasSize(229);
		assertThat(snapshots()).hasSize(16);
		assertThat(expiries()).hasSize(6);
	}

	@ParameterizedTest
	@MethodSource("tokens")
	void answersAsTheVectorsSay(JsonNode vector) {
		String token = vector.get("token").stringValue();
		OfflineVerifier verifier = verifier(vector.get("options"));
		Throwable refusal = catchThrowable(() -> assertGranted(verifier.verify(token), vector.get("grant")));
		String expected = vector.get("expected").stringValue();
		if (refusal == null) {
			assertThat(expected).isIn("accept", "either");
			return;
		}
		assertThat(refusal).isInstanceOf(GrantexGemmaException.class).hasNoCause();
		assertThat(expected).as(refusal.getMessage()).isIn("reject", "either");
		if (expected.equals("reject")) {
			assertThat(refusal).isExactlyInstanceOf(exception(vector.get("expectedError").stringValue()));
		}
		for (String part : token.split("\\.")) {
			if (part.length() > 8) {
				assertThat(refusal.getMessage()).doesNotContain(part);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("snapshots")
	void usesNoSnapshotBeyondItsEnd(JsonNode vector) {
		JsonNode validUntil = vector.get("validUntil");
		OfflineVerifier verifier = OfflineVerifier
			.builder(snapshot((validUntil != null) ? validUntil.toString() : null))
			.clock(CLOCK)
			.build();
		assertVerdict(vector, () -> verifier.verify(VECTORS.get("cases").get(0).get("token").stringValue()));
	}

	@ParameterizedTest
	@MethodSource("expiries")
	void usesABundleOfTheServiceUntilItEnds(JsonNode vector) {
		ConsentBundle bundle = ConsentBundle.parse(plaintext("bundle-ts-v1-server.enc"));
		OfflineVerifier verifier = OfflineVerifier.builder(bundle)
			.clock(fixed(vector.get("nowMs").longValue()))
			.build();
		assertVerdict(vector, () -> verifier.verify(bundle.grantToken()));
	}

	private static void assertVerdict(JsonNode vector, Runnable verification) {
		Throwable refusal = catchThrowable(verification::run);
		if (vector.get("ts").get("verdict").stringValue().equals("accept")) {
			assertThat(refusal).isNull();
		}
		else {
			assertThat(refusal).isExactlyInstanceOf(OfflineVerificationException.class)
				.hasMessageContaining("snapshot");
		}
	}

	private static void assertGranted(VerifiedGrant grant, @Nullable JsonNode expected) {
		if (expected == null) {
			return;
		}
		List<String> scopes = new ArrayList<>();
		expected.get("scopes").forEach((scope) -> scopes.add(scope.stringValue()));
		assertThat(grant.agentDid()).isEqualTo(expected.get("agentDID").stringValue());
		assertThat(grant.principalDid()).isEqualTo(expected.get("principalDID").stringValue());
		assertThat(grant.scopes()).isEqualTo(scopes);
		assertThat(grant.expiresAt()).isEqualTo(Instant.parse(expected.get("expiresAt").stringValue()));
		assertThat(grant.jti()).isEqualTo(expected.get("jti").stringValue());
		assertThat(grant.grantId()).isEqualTo(expected.get("grantId").stringValue());
		assertThat(grant.depth()).isEqualTo(expected.get("depth").intValue());
	}

	private static OfflineVerifier verifier(JsonNode options) {
		OfflineVerifier.Builder builder = OfflineVerifier.builder(SNAPSHOT).clock(CLOCK);
		if (options.has("clockSkewSeconds")) {
			builder.clockSkew(Duration.ofSeconds(options.get("clockSkewSeconds").longValue()));
		}
		if (options.has("requireScopes")) {
			List<String> scopes = new ArrayList<>();
			options.get("requireScopes").forEach((scope) -> scopes.add(scope.stringValue()));
			builder.requireScopes(scopes.toArray(String[]::new));
		}
		if (options.has("maxDelegationDepth")) {
			builder.maxDelegationDepth(options.get("maxDelegationDepth").intValue());
		}
		if (options.has("onScopeViolation")) {
			builder.onScopeViolation(
					ScopeViolationMode.valueOf(options.get("onScopeViolation").stringValue().toUpperCase()));
		}
		if (options.has("audience")) {
			builder.audience(options.get("audience").stringValue());
		}
		return builder.build();
	}

	private static Class<? extends Exception> exception(String name) {
		return switch (name) {
			case "OfflineVerification" -> OfflineVerificationException.class;
			case "TokenExpired" -> TokenExpiredException.class;
			case "ScopeViolation" -> ScopeViolationException.class;
			default -> throw new AssertionError(name);
		};
	}

	private static JwksSnapshot snapshot(@Nullable String validUntil) {
		String end = (validUntil != null) ? ",\"validUntil\":" + validUntil : "";
		return JwksSnapshot.parse("{\"keys\":" + KEYS + end + "}");
	}

	private static String plaintext(String file) {
		for (JsonNode vector : json("manifest.json").get("positive")) {
			if (vector.get("file").stringValue().equals(file)) {
				return vector.get("plaintext").stringValue();
			}
		}
		throw new AssertionError(file);
	}

	private static Clock fixed(long millis) {
		return Clock.fixed(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
	}

	private static JsonNode json(String name) {
		try (InputStream stream = TokenVectorsTests.class.getResourceAsStream("/vectors/" + name)) {
			return new JsonMapper().readTree(stream);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

}
