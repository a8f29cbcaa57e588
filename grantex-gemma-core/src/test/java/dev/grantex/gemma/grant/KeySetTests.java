package dev.grantex.gemma.grant;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import dev.grantex.gemma.GrantTokenException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.bundle.JwksSnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Which keys of a set count, in a snapshot and by URL.
 */
class KeySetTests {

	private static final SignedTokens TOKENS = new SignedTokens("key-1");

	private static final Map<String, Object> OTHER = new SignedTokens("key-1").publicKey();

	private static final Map<String, Object> OTHER_PRIVATE = new SignedTokens("key-1").privateKey();

	private static final String POINT = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";

	private static final JsonMapper JSON = new JsonMapper();

	private static HttpServer server;

	private static volatile byte[] published = new byte[0];

	@BeforeAll
	static void startServer() throws IOException {
		server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/jwks", (exchange) -> {
			exchange.sendResponseHeaders(200, published.length);
			exchange.getResponseBody().write(published);
			exchange.close();
		});
		server.start();
	}

	@AfterAll
	static void stopServer() {
		server.stop(0);
	}

	static List<Arguments> unrelated() {
		return List.of(argumentSet("for encryption", with(OTHER, "use", "enc")),
				argumentSet("of another algorithm", with(OTHER, "alg", "RS512")),
				argumentSet("of PSS", with(OTHER, "alg", "PS256")),
				argumentSet("for encrypting", with(OTHER, "key_ops", List.of("encrypt"))),
				argumentSet("this one for encryption", with(TOKENS.publicKey(), "use", "enc")),
				argumentSet("this one of another algorithm", with(TOKENS.publicKey(), "alg", "RS512")),
				argumentSet("this one of no algorithm", with(TOKENS.publicKey(), "alg", null)),
				argumentSet("this one again", TOKENS.publicKey()),
				argumentSet("of ES256",
						Map.of("kty", "EC", "kid", "key-1", "crv", "P-256", "alg", "ES256", "x", POINT, "y", POINT)),
				argumentSet("of Ed25519",
						Map.of("kty", "OKP", "kid", "key-1", "crv", "Ed25519", "alg", "EdDSA", "x", POINT)),
				argumentSet("symmetric", Map.of("kty", "oct", "kid", "key-1", "k", "AAAA")),
				argumentSet("of an unknown type", Map.of("kty", "AKP", "kid", "key-1", "alg", "ML-DSA-44")),
				argumentSet("of no type", Map.of("kid", "key-1")),
				argumentSet("with an unreadable certificate",
						with(with(OTHER, "x5c", List.of("MII?")), "kid", "key-2")),
				argumentSet("without a name", with(OTHER, "kid", null)),
				argumentSet("with a number for its name", with(OTHER, "kid", 7)),
				argumentSet("with an empty name", with(OTHER, "kid", "")),
				argumentSet("that has ended", with(OTHER, "exp", SignedTokens.NOW.getEpochSecond())),
				argumentSet("that has not begun", with(OTHER, "nbf", SignedTokens.NOW.getEpochSecond() + 1)),
				argumentSet("that was revoked",
						with(OTHER, "revoked", Map.of("revoked_at", 1, "reason", "compromised"))),
				argumentSet("that is private", OTHER_PRIVATE), argumentSet("without a modulus", with(OTHER, "n", null)),
				argumentSet("with a short modulus", with(OTHER, "n", "AQAB")),
				argumentSet("with an even exponent", with(OTHER, "e", "AQAA")), argumentSet("that is none", Map.of()));
	}

	@ParameterizedTest
	@MethodSource("unrelated")
	void aGoodKeyIsUsedWhateverElseIsInTheSet(Map<String, Object> unrelated) {
		assertVerifies(List.of(TOKENS.publicKey(), unrelated));
		assertVerifies(List.of(unrelated, TOKENS.publicKey(), unrelated));
	}

	static List<Arguments> harmless() {
		return List.of(argumentSet("an unreadable certificate", Map.of("x5c", List.of("MII?"))),
				argumentSet("a certificate that is none", Map.of("x5c", "none")),
				argumentSet("thumbprints of nothing", Map.of("x5t", 7, "x5t#S256", "?")),
				argumentSet("an address that is none", Map.of("x5u", "://")),
				argumentSet("members of others", Map.of("ext", true, "iat", "today", "use-case", List.of())),
				argumentSet("an end to come", Map.of("exp", SignedTokens.NOW.getEpochSecond() + 1)),
				argumentSet("an end far away", Map.of("exp", 1e300)),
				argumentSet("a beginning", Map.of("nbf", SignedTokens.NOW.getEpochSecond())),
				argumentSet("a beginning long ago", Map.of("nbf", -1)));
	}

	@ParameterizedTest
	@MethodSource("harmless")
	void aGoodKeyIsUsedWhateverElseItSays(Map<String, Object> more) {
		Map<String, Object> key = new HashMap<>(TOKENS.publicKey());
		key.putAll(more);
		assertVerifies(List.of(key));
	}

	static List<Arguments> useless() {
		Map<String, Object> key = TOKENS.publicKey();
		long now = SignedTokens.NOW.getEpochSecond();
		BigInteger modulus = new Base64URL((String) key.get("n")).decodeToBigInteger();
		return List.of(argumentSet("none", List.of()), argumentSet("two of one name", List.of(key, OTHER)),
				argumentSet("two of one name and again", List.of(key, OTHER, key)),
				argumentSet("for encryption", List.of(with(key, "use", "enc"))),
				argumentSet("private", List.of(TOKENS.privateKey())),
				argumentSet("published with its private part", List.of(key, TOKENS.privateKey())),
				argumentSet("published with its private part under another name",
						List.of(with(TOKENS.privateKey(), "kid", "key-2"), key)),
				argumentSet("ends now", List.of(with(key, "exp", now))),
				argumentSet("ended", List.of(with(key, "exp", now - 1))),
				argumentSet("ended before 1970", List.of(with(key, "exp", -1))),
				argumentSet("ended unimaginably long ago", List.of(with(key, "exp", -1e300))),
				argumentSet("ended within the second", List.of(with(key, "exp", now - 0.5))),
				argumentSet("ends some day", List.of(with(key, "exp", "some day"))),
				argumentSet("ends truly", List.of(with(key, "exp", true))),
				argumentSet("has not begun", List.of(with(key, "nbf", now + 1))),
				argumentSet("was revoked", List.of(with(key, "revoked", Map.of("revoked_at", now)))),
				argumentSet("even exponent", List.of(with(key, "e", "AQAA"))),
				argumentSet("exponent 1", List.of(with(key, "e", "AQ"))),
				argumentSet("no exponent", List.of(with(key, "e", "AA"))),
				argumentSet("exponent as large as the modulus", List.of(with(key, "e", key.get("n")))),
				argumentSet("even modulus", List.of(withModulus(key, modulus.clearBit(0)))),
				argumentSet("square", List.of(withModulus(key, modulus.shiftRight(1024).setBit(0).pow(2)))),
				argumentSet("prime",
						List.of(withModulus(key, BigInteger.ONE.shiftLeft(2203).subtract(BigInteger.ONE)))),
				argumentSet("1024 bits", List.of(withModulus(key, modulus.shiftRight(1024).setBit(0)))),
				argumentSet("16384 bits", List.of(withModulus(key, modulus.pow(8)))));
	}

	@ParameterizedTest
	@MethodSource("useless")
	void aKeyThatIsNotFitVerifiesNothing(List<Map<String, Object>> keys) {
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> offline(keys).verify(TOKENS.token("")))
			.withMessageContaining("unknown key");
		assertThatExceptionOfType(GrantTokenException.class).isThrownBy(() -> online(keys).verify(TOKENS.token("")))
			.withMessageContaining("unknown key");
	}

	@Test
	void aKeyIsNotUsedBeyondItsEndHoweverLongTheSetIsKept() {
		Instant end = SignedTokens.NOW.plusSeconds(5);
		MovableClock clock = new MovableClock(SignedTokens.NOW);
		OfflineVerifier verifier = OfflineVerifier
			.builder(snapshot(List.of(with(TOKENS.publicKey(), "exp", end.getEpochSecond()))))
			.clock(clock)
			.build();
		assertThat(verifier.verify(TOKENS.token(""))).isNotNull();
		clock.set(end.minusNanos(1));
		assertThat(verifier.verify(TOKENS.token(""))).isNotNull();
		clock.set(end);
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> verifier.verify(TOKENS.token("")));
	}

	@Test
	void ofTwoKeysOfOneNameThatFollowEachOtherTheOneOfTheTimeIsUsed() {
		long end = SignedTokens.NOW.plusSeconds(5).getEpochSecond();
		MovableClock clock = new MovableClock(SignedTokens.NOW);
		OfflineVerifier verifier = OfflineVerifier
			.builder(snapshot(List.of(with(OTHER, "exp", end), with(TOKENS.publicKey(), "nbf", end))))
			.clock(clock)
			.build();
		assertThatExceptionOfType(OfflineVerificationException.class)
			.isThrownBy(() -> verifier.verify(TOKENS.token("")))
			.withMessageContaining("signature");
		clock.set(Instant.ofEpochSecond(end));
		assertThat(verifier.verify(TOKENS.token(""))).isNotNull();
	}

	private static void assertVerifies(List<Map<String, Object>> keys) {
		assertThat(offline(keys).verify(TOKENS.token(""))).isNotNull();
		assertThat(online(keys).verify(TOKENS.token(""))).isNotNull();
	}

	private static OfflineVerifier offline(List<Map<String, Object>> keys) {
		return OfflineVerifier.builder(snapshot(keys)).clock(SignedTokens.CLOCK).build();
	}

	private static GrantTokenVerifier online(List<Map<String, Object>> keys) {
		published = json(keys).getBytes(StandardCharsets.UTF_8);
		return GrantTokenVerifier.builder(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks"))
			.timeout(Duration.ofMinutes(1))
			.clock(SignedTokens.CLOCK)
			.build();
	}

	/** Through JSON, as a stored bundle has it. */
	private static JwksSnapshot snapshot(List<Map<String, Object>> keys) {
		return JwksSnapshot.parse(json(keys).replaceFirst("}$", ",\"validUntil\":\"2100-01-01T00:00:00Z\"}"));
	}

	private static String json(List<Map<String, Object>> keys) {
		return JSON.writeValueAsString(Map.of("keys", new ArrayList<>(keys)));
	}

	private static Map<String, Object> with(Map<String, Object> key, String name, @Nullable Object value) {
		Map<String, Object> changed = new HashMap<>(key);
		changed.compute(name, (member, before) -> value);
		return changed;
	}

	private static Map<String, Object> withModulus(Map<String, Object> key, BigInteger modulus) {
		return with(key, "n", Base64URL.encode(modulus).toString());
	}

}
