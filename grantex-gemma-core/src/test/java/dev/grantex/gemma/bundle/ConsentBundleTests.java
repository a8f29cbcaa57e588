package dev.grantex.gemma.bundle;

import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.BundleTamperedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ConsentBundleTests {

	private static final String JSON = BundleVectors.plaintext("bundle-ts-v1.enc");

	static List<JsonNode> refreshes() {
		return StreamSupport
			.stream(BundleVectors.json("snapshot-and-refresh.json").get("shouldRefresh").spliterator(), false)
			.toList();
	}

	@Test
	void noRefreshVectorIsLost() {
		assertThat(refreshes()).hasSize(13);
	}

	@ParameterizedTest
	@MethodSource("refreshes")
	void isDueForRefreshAsTheVectorsSay(JsonNode vector) {
		String expiry = vector.get("offlineExpiresAt").stringValue();
		String json = JSON.replaceAll("\"checkpointAt\":\\d+", "\"checkpointAt\":" + vector.get("checkpointAt"))
			.replaceAll("\"offlineExpiresAt\":\"[^\"]*\"", "\"offlineExpiresAt\":\"" + expiry + "\"");
		if (expiry.equals("x")) {
			assertThatExceptionOfType(BundleTamperedException.class).isThrownBy(() -> ConsentBundle.parse(json));
		}
		else {
			Instant now = Instant.ofEpochMilli(vector.get("nowMs").longValue());
			assertThat(ConsentBundle.parse(json).isDueForRefreshAt(now, 0.2))
				.isEqualTo(vector.get("shouldRefresh").booleanValue());
		}
	}

	@Test
	void isDueForRefreshAlsoWithTimesBeyondAllMeasure() {
		String json = JSON.replaceAll("\"offlineExpiresAt\":\"[^\"]*\"",
				"\"offlineExpiresAt\":\"+1000000000-12-31T23:59:59.999999999Z\"");
		assertThat(ConsentBundle.parse(json).isDueForRefreshAt(Instant.parse("2026-11-21T18:00:00Z"), 0.2)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(doubles = { -0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY })
	void refusesAThresholdThatIsNoShare(double threshold) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> BundleVectors.bundle().isDueForRefreshAt(Instant.EPOCH, threshold));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "null", "[]", "{}", "true", "{", "\"x\"" })
	void refusesWhatIsNoBundle(String json) {
		assertThatExceptionOfType(BundleTamperedException.class).isThrownBy(() -> ConsentBundle.parse(json))
			.withNoCause();
	}

	@Test
	void refusesHostileJsonWithoutRepeatingIt() {
		List<String> hostile = List.of(JSON.replaceFirst("\\{", "{\"bundleId\":\"other\","), JSON + " {}",
				"\uFEFF" + JSON, JSON.replaceFirst("\"bundleId\"", "\"\\\\u\u0130062undleId\""), "[".repeat(100_000),
				JSON.replace("1795280400000", "1e400"), JSON.replace("1795280400000", "9".repeat(5000)),
				JSON.replace("1795280400000", "\"1795280400000\""),
				JSON.replace("\"keys\":[", "\"keys\":[null,7,").replace("\"keys\"", "\"keyz\""));
		for (String json : hostile) {
			assertThatExceptionOfType(BundleTamperedException.class).isThrownBy(() -> ConsentBundle.parse(json))
				.withNoCause()
				.withMessage("The consent bundle is not readable");
		}
	}

	@Test
	void survivesJsonAlsoWithoutAPrivateKey() {
		ConsentBundle bundle = BundleVectors.bundle();
		OfflineAuditKey erased = new OfflineAuditKey(bundle.offlineAuditKey().publicKey(), null, "Ed25519");
		ConsentBundle closed = new ConsentBundle(bundle.bundleId(), bundle.grantToken(), bundle.jwksSnapshot(), erased,
				bundle.checkpointAt(), null, bundle.offlineExpiresAt());
		assertThat(ConsentBundle.parse(closed.toJson())).isEqualTo(closed);
		assertThat(closed.toJson()).doesNotContain("privateKey");
	}

	@Test
	void readsASnapshotWithElementsThatAreNoKeys() {
		assertThat(JwksSnapshot.parse("{\"keys\":[null,7,{\"kid\":\"a\"}]}").keys()).hasSize(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]", "{\"keys\":[],\"keys\":[]}" })
	void refusesWhatIsNoSnapshot(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> JwksSnapshot.parse(json));
	}

}
