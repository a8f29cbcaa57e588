package dev.grantex.gemma.cloud;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.grantex.gemma.audit.SignedAuditEntry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SyncBatchTests {

	@Test
	void takesWhatFitsToTheByte() {
		SignedAuditEntry first = Entries.withMetadata(1, Map.of("text", "ü€😀"));
		SignedAuditEntry second = Entries.withMetadata(2, null);
		int both = SyncBatch.of("bundle_1", "device", List.of(first, second)).bodyBytes();
		assertThat(SyncBatch.fill("bundle_1", "device", List.of(first, second), 1000, both).size()).isEqualTo(2);
		SyncBatch one = SyncBatch.fill("bundle_1", "device", List.of(first, second), 1000, both - 1);
		assertThat(one.size()).isEqualTo(1);
		assertThat(one.bodyBytes() + 1 + SyncBatch.encodedSize(second)).isEqualTo(both);
	}

	@Test
	void theBodyIsWhatWasMeasured() {
		SyncBatch batch = SyncBatch.of("bundle_1", "gerät \"1\"", List.of(Entries.withMetadata(1, Map.of("k", "ü"))));
		assertThat(batch.body()).hasSize(batch.bodyBytes());
		JsonNode body = new JsonMapper().readTree(batch.body());
		assertThat(body.get("bundleId").stringValue()).isEqualTo("bundle_1");
		assertThat(body.get("deviceId").stringValue()).isEqualTo("gerät \"1\"");
		assertThat(body.get("entries").get(0).get("metadata").get("k").stringValue()).isEqualTo("ü");
	}

	@Test
	void stopsAtTheServicesBodyLimit() {
		List<SignedAuditEntry> large = entries(30, Map.of("text", "x".repeat(60_000)));
		SyncBatch batch = SyncBatch.fill("bundle_1", null, large, 1000, SyncBatch.MAX_BODY_BYTES);
		assertThat(batch.size()).isEqualTo(17);
		assertThat(batch.bodyBytes()).isLessThanOrEqualTo(1_048_576);
	}

	@Test
	void stopsAtTheServicesEntryLimit() {
		assertThat(SyncBatch.fill("bundle_1", null, entries(1001, Map.of()), 1000, SyncBatch.MAX_BODY_BYTES).size())
			.isEqualTo(1000);
	}

	@Test
	void anEntryThatNeverFitsGivesAnEmptyBatch() {
		SyncBatch batch = SyncBatch.fill("bundle_1", null, entries(2, Map.of("text", "x".repeat(2_000_000))), 10,
				SyncBatch.MAX_BODY_BYTES);
		assertThat(batch.size()).isZero();
		assertThat(new String(batch.body(), StandardCharsets.UTF_8))
			.isEqualTo("{\"bundleId\":\"bundle_1\",\"entries\":[]}");
	}

	@Test
	void entriesThatDoNotFitTogetherAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> SyncBatch.of("bundle_1", null, entries(1001, Map.of())));
	}

	@Test
	void anEmptyUploadIsRefused() {
		try (GrantexClient client = GrantexClient.builder().apiKey("key").build()) {
			assertThatIllegalArgumentException().isThrownBy(() -> client.syncAudit("bundle_1", null, null, List.of()));
		}
	}

	@ParameterizedTest
	@CsvSource({ "0,100", "1001,100", "1,0", "1,1048577" })
	void limitsOutOfRangeAreRefused(int entries, int bytes) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> SyncBatch.fill("bundle_1", null, List.of(), entries, bytes));
	}

	private static List<SignedAuditEntry> entries(int count, Map<String, Object> metadata) {
		return LongStream.rangeClosed(1, count).mapToObj((seq) -> Entries.withMetadata(seq, metadata)).toList();
	}

}
