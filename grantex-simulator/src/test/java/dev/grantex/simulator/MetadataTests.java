package dev.grantex.simulator;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

class MetadataTests extends SimulatorFixture {

	static Stream<Arguments> cases() {
		return Recording.vector("metadata-canonical.json")
			.get("cases")
			.valueStream()
			.map((node) -> Arguments.of(node.get("name").stringValue(), node));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("cases")
	void takesExactlyTheCanonicalHash(String name, JsonNode recorded) {
		String raw = raw(recorded);
		if (recorded.has("rawHash")) {
			checkAnswer(recorded.get("rawHash"), send(device(), raw, raw));
		}
		if (recorded.has("canonicalHash")) {
			Device device = device();
			checkAnswer(recorded.get("canonicalHash"), send(device, raw, recorded.get("jsCanonical").stringValue()));
			if (recorded.has("storedMetadata")) {
				assertThat(stored(device)).isEqualTo(recorded.get("storedMetadata").stringValue());
			}
		}
	}

	@Test
	void takesAHundredLevels() {
		String raw = "{\"a\":" + "[".repeat(99) + "]".repeat(99) + "}";
		assertThat(send(device(), raw, raw).status()).isEqualTo(200);
	}

	@Test
	void repeatedKeyKeepsItsFirstPlaceAndItsLastValue() {
		assertThat(send(device(), "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}").status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "1e-314", "1e-315", "1e-320", "5e-324", "1e-323", "1.7976931348623157e+308" })
	void takesNumbersAtTheEndsOfTheirRange(String number) {
		assertThat(send(device(), "{\"a\":" + number + "}", "{\"a\":" + number + "}").status()).isEqualTo(200);
	}

	@Test
	void refusesTheHashOfDigitsThatEcmaScriptDoesNotWrite() {
		assertThat(send(device(), "{\"a\":1e-320}", "{\"a\":9.99989e-321}").status()).isEqualTo(400);
		assertThat(send(device(), "{\"a\":5e-324}", "{\"a\":4.9e-324}").status()).isEqualTo(400);
	}

	@Test
	void refusesAnEscapeWhoseDigitsAreNotAscii() {
		assertThat(send(device(), "{\"\\u\u0130041\":1}", "{\"A\":1}").status()).isEqualTo(400);
	}

	private static String raw(JsonNode recorded) {
		if (recorded.get("name").stringValue().equals("deep-5000")) {
			return "{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
		}
		return recorded.get("rawJsonText").stringValue();
	}

	private TestClient.Result send(Device device, String raw, String hashed) {
		ObjectNode entry = device.draft("tool:probe");
		String text = "1|2026-11-21T12:00:00.000Z|tool:probe|" + device.agentDid() + "|" + device.grantId()
				+ "|read:contacts|success|" + hashed + "|" + Device.GENESIS;
		entry.put("hash", Device.sha256(text));
		device.sign(entry);
		String json = EcmaJsonWriter.write(entry);
		String body = "{\"bundleId\":\"" + device.bundleId() + "\",\"entries\":[" + json.substring(0, json.length() - 1)
				+ ",\"metadata\":" + raw + "}]}";
		return this.client.post("/v1/audit/offline-sync", body);
	}

	private String stored(Device device) {
		return this.client.get("/v1/consent-bundles/" + device.bundleId() + "/audit")
			.json()
			.get("entries")
			.get(0)
			.get("metadata")
			.stringValue();
	}

	private static void checkAnswer(JsonNode expected, TestClient.Result result) {
		assertThat(result.status()).as(result.text()).isEqualTo(expected.get("status").intValue());
		if (!expected.get("code").isNull()) {
			JsonNode json = result.json();
			JsonNode error = json.path("errors").has(0) ? json.get("errors").get(0) : json;
			assertThat(error.get("code")).isEqualTo(expected.get("code"));
			if (expected.has("message")) {
				assertThat(error.get("message")).isEqualTo(expected.get("message"));
			}
		}
	}

}
