package dev.grantex.gemma.cloud;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import dev.grantex.gemma.bundle.BundleRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Successes that are not what the API answers.
 */
class InvalidAnswerTests {

	private static final int LIMIT = 4 * 1024 * 1024;

	private final List<Instant> serviceTimes = new CopyOnWriteArrayList<>();

	private RecordingServer server;

	private GrantexClient client;

	@BeforeEach
	void start() throws IOException {
		this.server = RecordingServer.answering("");
		this.client = GrantexClient.builder()
			.baseUrl(this.server.uri())
			.apiKey("key")
			.serviceTimeListener(this.serviceTimes::add)
			.build();
	}

	@AfterEach
	void stop() throws IOException {
		this.client.close();
		this.server.close();
	}

	static Stream<Consumer<GrantexClient>> calls() {
		BundleRequest request = new BundleRequest("ag_1", "user_1", List.of("a"), null, null, null);
		return Stream.of((client) -> client.createConsentBundle(request), (client) -> client.refresh("bundle_1"),
				(client) -> client.revocationStatus("bundle_1"), (client) -> client.revoke("bundle_1", true),
				(client) -> client.bundle("bundle_1"),
				(client) -> client.bundles(new BundleQuery(null, null, null, null)),
				(client) -> client.auditEntries("bundle_1"), InvalidAnswerTests::upload, GrantexClient::jwks);
	}

	@ParameterizedTest
	@MethodSource("calls")
	void everyCallRefusesWhatIsNoAnswerOfTheApi(Consumer<GrantexClient> call) {
		for (String body : List.of("", "<html>Log in to the network</html>", "null", "[]", "\"x\"", "{}",
				"{\"data\":{}}", "{\"data\":null}", "{} {}", "{\"keys\":1,\"entries\":{},\"bundles\":null}",
				"[".repeat(100_000))) {
			this.server.answerWith(RecordingServer.ok(body));
			assertThatExceptionOfType(InvalidAnswerException.class).as(body).isThrownBy(() -> call.accept(this.client));
		}
		assertThat(this.serviceTimes).isEmpty();
	}

	@Test
	void textThatIsNotUtf8IsRefused() throws IOException {
		byte[] head = "HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{\"keys\":[\"".getBytes();
		try (RecordingServer broken = new RecordingServer((out, request) -> {
			out.write(head);
			out.write(0xff);
			out.write("\"]}".getBytes(), 0, 2);
		}); GrantexClient client = GrantexClient.builder().baseUrl(broken.uri()).build()) {
			assertThatExceptionOfType(InvalidAnswerException.class).isThrownBy(client::jwks);
		}
	}

	@Test
	void anAnswerOfFourMebibytesIsRead() {
		this.server.answerWith(RecordingServer.ok(keySet(LIMIT)));
		assertThat(this.client.jwks()).hasSize(LIMIT);
	}

	@Test
	void aLargerAnswerIsRefused() {
		this.server.answerWith(RecordingServer.ok(keySet(LIMIT + 1)));
		assertThatExceptionOfType(InvalidAnswerException.class).isThrownBy(this.client::jwks)
			.withMessageContaining("too large");
	}

	@Test
	void anEndlessAnswerIsRefused() throws IOException {
		byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes();
		try (RecordingServer endless = new RecordingServer((out, request) -> {
			out.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".getBytes());
			while (true) {
				out.write(chunk);
			}
		}); GrantexClient client = GrantexClient.builder().baseUrl(endless.uri()).build()) {
			assertThatExceptionOfType(InvalidAnswerException.class).isThrownBy(client::jwks);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "bundleId", "grantToken", "jwksSnapshot", "offlineAuditKey", "checkpointAt",
			"offlineExpiresAt" })
	void aBundleWithoutAMemberIsRefused(String member) {
		assertRefreshRefuses((bundle) -> bundle.remove(member));
	}

	@Test
	void aBundleWithoutItsPrivateKeyIsRefused() {
		assertRefreshRefuses((bundle) -> ((ObjectNode) bundle.get("offlineAuditKey")).remove("privateKey"));
	}

	@Test
	void aBundleWithAnotherKindOfKeyIsRefused() {
		assertRefreshRefuses((bundle) -> ((ObjectNode) bundle.get("offlineAuditKey")).put("algorithm", "RS256"));
	}

	@Test
	void aBundleThatEndsBeforeItBeginsIsRefused() {
		assertRefreshRefuses((bundle) -> bundle.put("offlineExpiresAt", "1970-01-01T00:00:00Z"));
	}

	@Test
	void anotherBundleThanTheOneAskedForIsRefused() {
		assertRefreshRefuses((bundle) -> bundle.put("bundleId", "bundle_2"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "../../etc/passwd", "", "a b" })
	void aBundleIdThatIsUnsafeInAPathIsRefused(String bundleId) {
		HttpVector vector = HttpVector.load("create-201");
		ObjectNode bundle = (ObjectNode) vector.answer().deepCopy();
		this.server.answerWith(vector, bundle.put("bundleId", bundleId).toString());
		assertThatExceptionOfType(InvalidAnswerException.class).isThrownBy(() -> this.client
			.createConsentBundle(new BundleRequest("ag_1", "user_1", List.of("a"), null, null, null)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"bundleId\":\"bundle_1\",\"status\":\"unknown\",\"grantRevoked\":false}",
			"{\"bundleId\":\"bundle_1\",\"status\":\"active\"}",
			"{\"bundleId\":\"bundle_1\",\"status\":\"\\u\u0130061ctive\",\"grantRevoked\":false}",
			"{\"bundleId\":\"bundle_1\",\"status\":\"active\",\"grantRevoked\":\"false\"}",
			"{\"bundleId\":\"bundle_1\",\"grantRevoked\":false}",
			"{\"bundleId\":\"bundle_2\",\"status\":\"active\",\"grantRevoked\":false}",
			"{\"bundleId\":\"bundle_1\",\"status\":\"revoked\",\"status\":\"active\",\"grantRevoked\":false}" })
	void aRevocationStatusThatLeavesADoubtIsRefused(String data) {
		this.server.answerWith(RecordingServer.ok("{\"data\":" + data + "}"));
		assertThatExceptionOfType(InvalidAnswerException.class)
			.isThrownBy(() -> this.client.revocationStatus("bundle_1"));
	}

	@Test
	void aRevocationThatTheAnswerDoesNotConfirmIsRefused() {
		this.server.answerWith(RecordingServer
			.ok("{\"bundleId\":\"bundle_1\",\"status\":\"active\",\"revokedAt\":\"2026-11-21T17:10:03.247Z\"}"));
		assertThatExceptionOfType(InvalidAnswerException.class).isThrownBy(() -> this.client.revoke("bundle_1", true));
	}

	@Test
	void anUnreadableTimeDoesNotHideARevocation() {
		this.server.answerWith(RecordingServer.ok("{\"data\":{\"bundleId\":\"bundle_1\",\"status\":\"revoked\","
				+ "\"revokedAt\":\"yesterday\",\"revokedBy\":7,\"grantRevoked\":true,\"checkpointAt\":\"x\"}}"));
		assertThat(this.client.revocationStatus("bundle_1"))
			.isEqualTo(new RevocationStatus("bundle_1", true, null, null, true, null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"accepted\":2,\"rejected\":0,\"revocationStatus\":\"valid\",\"errors\":[]",
			"\"accepted\":1,\"rejected\":1,\"revocationStatus\":\"valid\",\"errors\":[]",
			"\"accepted\":-1,\"rejected\":0,\"revocationStatus\":\"valid\",\"errors\":[]",
			"\"accepted\":1.5,\"rejected\":0,\"revocationStatus\":\"valid\",\"errors\":[]",
			"\"accepted\":\"1\",\"rejected\":0,\"revocationStatus\":\"valid\",\"errors\":[]",
			"\"accepted\":1e30,\"rejected\":0,\"revocationStatus\":\"valid\",\"errors\":[]",
			"\"accepted\":1e999999999,\"rejected\":0,\"revocationStatus\":\"valid\",\"errors\":[]",
			"\"accepted\":1,\"rejected\":0,\"revocationStatus\":\"active\",\"errors\":[]",
			"\"accepted\":1,\"rejected\":0,\"errors\":[]",
			"\"accepted\":1,\"rejected\":0,\"revocationStatus\":\"valid\"",
			"\"accepted\":1,\"rejected\":0,\"revocationStatus\":\"valid\",\"errors\":[],\"newBundle\":{}" })
	void anUploadsAnswerThatLeavesADoubtIsRefused(String members) {
		this.server.answerWith(RecordingServer.ok("{" + members + "}"));
		assertThatExceptionOfType(InvalidAnswerException.class).isThrownBy(() -> upload(this.client));
	}

	private void assertRefreshRefuses(Consumer<ObjectNode> change) {
		HttpVector vector = HttpVector.load("refresh-200");
		JsonNode bundle = vector.answer().deepCopy();
		change.accept((ObjectNode) bundle);
		this.server.answerWith(vector, bundle.toString());
		assertThatExceptionOfType(InvalidAnswerException.class)
			.isThrownBy(() -> this.client.refresh("bundle_01M7ZHC8N8G8X9904QW0PR6NCC"));
	}

	private static String keySet(int length) {
		String start = "{\"keys\":[],\"x\":\"";
		return start + "x".repeat(length - start.length() - 2) + "\"}";
	}

	private static void upload(GrantexClient client) {
		client.syncAudit("bundle_1", null, null, List.of(Entries.withMetadata(1, null)));
	}

}
