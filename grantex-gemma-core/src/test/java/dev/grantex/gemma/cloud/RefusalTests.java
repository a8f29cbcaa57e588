package dev.grantex.gemma.cloud;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.GrantexAuthException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Which exception the hosted API's recorded refusals become.
 */
class RefusalTests {

	static Stream<HttpVector> refusals() {
		return HttpVector.refusals().stream();
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void everyRefusalKeepsStatusAndCodeButNotTheServicesText(HttpVector vector) throws IOException {
		GrantexAuthException refusal = refusal(new String(vector.bytes(), StandardCharsets.UTF_8));
		assertThat(refusal.statusCode()).isEqualTo(vector.status());
		assertThat(refusal.code()).isEqualTo(member(vector, "code"));
		assertThat(refusal.toString()).doesNotContain(String.valueOf(member(vector, "message")));
		assertThat(refusal).hasNoCause();
	}

	@ParameterizedTest
	@CsvSource({ "sync-400-bad-signature,INVALID_SIGNATURE,6", "sync-409-duplicate-seq,DUPLICATE_SEQ,2",
			"sync-409-seq-gap,SEQ_GAP,7", "sync-400-wrong-agentDID,BUNDLE_MISMATCH,6" })
	void refusedEntriesAreNamed(String name, String code, long seq) throws IOException {
		GrantexAuthException refusal = refusal(name, HttpVector.load(name));
		assertThat(refusal).isInstanceOfSatisfying(AuditRejectedException.class, (rejected) -> {
			assertThat(rejected.errors()).containsExactly(new EntryError(seq, code));
			assertThat(rejected.isChainConflict()).isEqualTo(name.contains("409"));
		});
	}

	@Test
	void anEntryWithoutAReadableSequenceIsStillReported() throws IOException {
		assertThat(refusal("", HttpVector.load("sync-400-seq-string"))).isInstanceOfSatisfying(
				AuditRejectedException.class,
				(rejected) -> assertThat(rejected.errors()).containsExactly(new EntryError(null, "INVALID_ENTRY")));
	}

	@Test
	void severalRefusedEntriesKeepTheirOrder() throws IOException {
		assertThat(refusal("", HttpVector.load("sync-400-several-errors")))
			.isInstanceOfSatisfying(AuditRejectedException.class, (rejected) -> assertThat(rejected.errors())
				.containsExactly(new EntryError(7L, "INVALID_SIGNATURE"), new EntryError(9L, "INVALID_HASH")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sync-400-proto-key", "sync-413-too-many", "sync-404-unknown-bundle", "sync-401-bad-key",
			"refresh-409-revoked" })
	void otherRefusalsAreNotTakenForRefusedEntries(String name) throws IOException {
		assertThat(refusal(name, HttpVector.load(name))).isExactlyInstanceOf(GrantexAuthException.class);
	}

	@ParameterizedTest
	@CsvSource({ "sync-429-route,60", "sync-429-plan,59", "create-429-route,60" })
	void aRateLimitSaysHowLongToWait(String name, long seconds) throws IOException {
		assertThat(refusal(name, HttpVector.load(name))).isInstanceOfSatisfying(RateLimitedException.class,
				(limited) -> assertThat(limited.retryAfter()).isEqualTo(Duration.ofSeconds(seconds)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "retry-after: -5\r\n", "retry-after: soon\r\n", "retry-after: 1.5\r\n",
			"retry-after: 99999999999999999999\r\n", "retry-after: Sat, 21 Nov 2026 17:10:01 GMT\r\n" })
	void aRateLimitWithoutAUsableTimeHasADefault(String header) throws IOException {
		assertThat(refusal("HTTP/1.1 429 -\r\n" + header + "content-length: 2\r\n\r\n{}")).isInstanceOfSatisfying(
				RateLimitedException.class,
				(limited) -> assertThat(limited.retryAfter()).isEqualTo(RateLimitedException.DEFAULT_RETRY_AFTER));
	}

	@ParameterizedTest
	@ValueSource(ints = { 500, 502, 503, 504 })
	void aServerErrorIsToldApart(int status) throws IOException {
		assertThat(refusal("HTTP/1.1 " + status + " -\r\ncontent-length: 6\r\n\r\n<html>"))
			.isInstanceOf(ApiServerErrorException.class)
			.extracting(GrantexAuthException::statusCode)
			.isEqualTo(status);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "[]", "{\"code\":1}", "{\"code\":null}", "{\"code\":\"see http://x\"}",
			"{\"code\":\"bad_request\"}", "{\"code\":\"A\\nB\"}", "\"BAD_REQUEST\"",
			"{\"code\":\"A\",\"code\":\"B\"}" })
	void anythingThatIsNoCodeIsDropped(String body) throws IOException {
		assertThat(refusal("HTTP/1.1 403 -\r\ncontent-length: " + body.length() + "\r\n\r\n" + body).code()).isNull();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "{\"code\":\"INVALID_AUDIT_ENTRIES\"}", "{\"code\":\"INVALID_AUDIT_ENTRIES\",\"errors\":7}",
					"{\"code\":\"INVALID_AUDIT_ENTRIES\",\"errors\":null}" })
	void refusedEntriesWithoutDetailsAreStillRefusedEntries(String body) throws IOException {
		assertThat(refusal("HTTP/1.1 400 -\r\ncontent-length: " + body.length() + "\r\n\r\n" + body))
			.isInstanceOfSatisfying(AuditRejectedException.class,
					(rejected) -> assertThat(rejected.errors()).isEmpty());
	}

	@Test
	void errorsOfAnyShapeAreRead() throws IOException {
		String body = "{\"code\":\"INVALID_AUDIT_ENTRIES\",\"errors\":[1,null,{\"seq\":1e99},{\"seq\":7,\"code\":\"no\"}]}";
		assertThat(refusal("HTTP/1.1 400 -\r\ncontent-length: " + body.length() + "\r\n\r\n" + body))
			.isInstanceOfSatisfying(AuditRejectedException.class,
					(rejected) -> assertThat(rejected.errors()).containsExactly(new EntryError(null, null),
							new EntryError(null, null), new EntryError(null, null), new EntryError(7L, null)));
	}

	private static String member(HttpVector vector, String name) {
		JsonNode member = vector.answer().isObject() ? vector.answer().get(name) : null;
		return (member != null) ? member.stringValue() : null;
	}

	private static GrantexAuthException refusal(String description, HttpVector vector) throws IOException {
		GrantexAuthException refusal = refusal(new String(vector.bytes(), StandardCharsets.UTF_8));
		assertThat(refusal).as(description).isNotNull();
		return refusal;
	}

	private static GrantexAuthException refusal(String answer) throws IOException {
		try (RecordingServer server = RecordingServer.answering(answer);
				GrantexClient client = GrantexClient.builder().baseUrl(server.uri()).apiKey("key").build()) {
			return catchThrowableOfType(GrantexAuthException.class,
					() -> client.syncAudit("bundle_1", null, null, List.of(Entries.withMetadata(1, null))));
		}
	}

}
