package dev.grantex.gemma.cloud;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.GrantexAuthException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Who gets to see the API key.
 */
class ApiKeyTests {

	private static final String KEY = "key-that-nobody-may-see";

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 303, 307, 308 })
	void aRedirectIsNotFollowed(int status) throws IOException {
		try (RecordingServer elsewhere = RecordingServer.replaying(HttpVector.load("sync-200"));
				RecordingServer server = RecordingServer.answering("HTTP/1.1 " + status + " -\r\nlocation: "
						+ elsewhere.uri() + "/v1/audit/offline-sync\r\ncontent-length: 0\r\n\r\n");
				GrantexClient client = client(server.uri())) {
			assertThatExceptionOfType(GrantexAuthException.class).isThrownBy(() -> client.revocationStatus("bundle_1"))
				.satisfies((ex) -> assertThat(ex.statusCode()).isEqualTo(status))
				.withMessageContaining("redirect");
			assertThatExceptionOfType(GrantexAuthException.class).isThrownBy(() -> upload(client, null));
			assertThat(elsewhere.requests()).isEmpty();
		}
	}

	@Test
	void aSyncEndpointOnAnotherOriginIsIgnoredWithOneWarning() throws IOException {
		try (RecordingServer elsewhere = RecordingServer.replaying(HttpVector.load("sync-200"));
				RecordingServer server = RecordingServer.replaying(HttpVector.load("sync-200-before-refresh"));
				GrantexClient client = client(server.uri());
				CapturedLogs logs = new CapturedLogs()) {
			upload(client, elsewhere.uri() + "/v1/audit/offline-sync");
			upload(client, elsewhere.uri() + "/v1/audit/offline-sync");
			assertThat(elsewhere.requests()).isEmpty();
			assertThat(server.requests()).extracting(RecordingServer.Request::line)
				.containsOnly("POST /v1/audit/offline-sync HTTP/1.1")
				.hasSize(2);
			assertThat(logs.warningsAndErrors()).singleElement()
				.asString()
				.contains("sync endpoint on " + elsewhere.uri() + ".")
				.contains("go to " + server.uri() + ",");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://evil.example/%d", "https://user:secret@evil.example?secret=%d",
			"https://EVIL.example:443/#secret%d" })
	void anotherHostIsWarnedOfOnceHoweverManyAddressesItHas(String endpoint) throws IOException {
		try (RecordingServer server = RecordingServer.replaying(HttpVector.load("sync-200-before-refresh"));
				GrantexClient client = client(server.uri());
				CapturedLogs logs = new CapturedLogs()) {
			for (int number = 0; number < 3; number++) {
				upload(client, endpoint.formatted(number));
			}
			assertThat(logs.warningsAndErrors()).singleElement()
				.asString()
				.contains("on https://evil.example.")
				.contains("go to " + server.uri() + ",")
				.doesNotContain("secret");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "secret\nline", "https://", "https:///x", "/v1", "mailto:secret", "https://se_cret/",
			"https://[::secret]/" })
	void whatIsNoAddressIsWarnedOfWithoutRepeatingIt(String endpoint) throws IOException {
		try (RecordingServer server = RecordingServer.replaying(HttpVector.load("sync-200-before-refresh"));
				GrantexClient client = client(server.uri());
				CapturedLogs logs = new CapturedLogs()) {
			upload(client, endpoint);
			upload(client, endpoint);
			assertThat(logs.warningsAndErrors()).singleElement()
				.asString()
				.contains("no address")
				.contains("go to " + server.uri() + ",")
				.doesNotContain("secret", "se_cret");
		}
	}

	@Test
	void aSyncEndpointWithAKnownHostAsUserIsIgnored() throws IOException {
		try (RecordingServer server = RecordingServer.replaying(HttpVector.load("sync-200-before-refresh"));
				GrantexClient client = client(server.uri())) {
			upload(client, server.uri() + "@elsewhere.example/v1/audit/offline-sync");
			upload(client, "http://user@127.0.0.1:" + server.uri().getPort() + "/v1/audit/offline-sync");
			assertThat(server.requests()).extracting(RecordingServer.Request::line)
				.containsOnly("POST /v1/audit/offline-sync HTTP/1.1")
				.hasSize(2);
		}
	}

	@Test
	void aSyncEndpointOnTheSameOriginIsUsed() throws IOException {
		try (RecordingServer server = RecordingServer.replaying(HttpVector.load("sync-200-before-refresh"));
				GrantexClient client = client(server.uri());
				CapturedLogs logs = new CapturedLogs()) {
			upload(client, server.uri() + "/eu/v1/audit/offline-sync");
			upload(client, server.uri() + "/eu/v1/audit/offline-sync/");
			upload(client, server.uri() + "/eu/");
			assertThat(server.requests()).extracting(RecordingServer.Request::line)
				.containsOnly("POST /eu/v1/audit/offline-sync HTTP/1.1")
				.hasSize(3);
			assertThat(logs.warningsAndErrors()).isEmpty();
		}
	}

	@Test
	void withoutAKeyNothingIsSent() throws IOException {
		try (RecordingServer server = RecordingServer.replaying(HttpVector.load("jwks-200"));
				GrantexClient client = GrantexClient.builder().baseUrl(server.uri()).build()) {
			assertThatExceptionOfType(GrantexAuthException.class).isThrownBy(() -> client.refresh("bundle_1"))
				.satisfies((ex) -> assertThat(ex.statusCode()).isEqualTo(401))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(GrantexClient.API_KEY_MISSING));
			assertThat(server.requests()).isEmpty();
			assertThat(client.jwks()).contains("grantex-2026-11");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "two words", "line\n", "line\r\nX-Injected: 1", "nul\0", "käy", "\u007f" })
	void aKeyThatIsNoHeaderValueIsRefusedWithoutShowingIt(String key) {
		assertThatIllegalArgumentException().isThrownBy(() -> GrantexClient.builder().apiKey(key))
			.withMessage("The API key must be 1 to 4096 visible ASCII characters without white space");
	}

	@Test
	void aHugeKeyIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> GrantexClient.builder().apiKey("k".repeat(4097)));
	}

	@Test
	void neitherLogsNorExceptionsNorTextFormsShowTheKeyOrOtherSecrets() throws IOException {
		StringWriter texts = new StringWriter();
		try (RecordingServer server = RecordingServer.replaying(HttpVector.load("refresh-200"));
				CapturedLogs logs = new CapturedLogs()) {
			GrantexClient.Builder builder = GrantexClient.builder()
				.baseUrl(server.uri())
				.apiKey(KEY)
				.readTimeout(Duration.ofMinutes(1))
				.connectTimeout(Duration.ofMinutes(1));
			try (GrantexClient client = builder.build();
					GrantexClient hasty = builder.readTimeout(Duration.ofMillis(300)).build()) {
				texts.write(builder + " " + client + " " + ApiKey.of(KEY));
				texts.write(client.refresh("bundle_01M7ZHC8N8G8X9904QW0PR6NCC").toString());
				server.answerWith(HttpVector.load("sync-401-bad-key"));
				print(catchThrowable(() -> upload(client, null)), texts);
				server.answerWith("HTTP/1.1 200 OK\r\ncontent-length: " + KEY.length() + "\r\n\r\n" + KEY);
				print(catchThrowable(() -> upload(client, null)), texts);
				server.answerWith("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n" + KEY);
				print(catchThrowable(() -> upload(hasty, null)), texts);
				server.answerWith(KEY + "\r\n\r\n");
				print(catchThrowable(() -> upload(client, null)), texts);
			}
			texts.write(logs.text());
		}
		assertThat(texts.toString()).contains("GrantexClient[http://127.0.0.1:")
			.contains("HTTP POST http://127.0.0.1:", "AuthException", "InvalidAnswerException",
					"ApiUnreachableException")
			.doesNotContain(KEY, "PRIVATE KEY", "eyJ");
	}

	private static void print(Throwable throwable, StringWriter texts) {
		throwable.printStackTrace(new PrintWriter(texts, true));
	}

	private static SyncResponse upload(GrantexClient client, String syncEndpoint) {
		return client.syncAudit("bundle_1", null, syncEndpoint, List.of(Entries.withMetadata(1, null)));
	}

	private static GrantexClient client(URI uri) {
		return GrantexClient.builder().baseUrl(uri).apiKey(KEY).build();
	}

}
