package dev.grantex.simulator;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

class FieldProbeTests extends SimulatorFixture {

	private Device device;

	static Stream<Arguments> probes() {
		return Recording.vector("sync-field-probes.json")
			.valueStream()
			.map((node) -> Arguments.of(node.get("name").stringValue() + " " + node.path("over"), node));
	}

	@BeforeEach
	void startChain() {
		this.device = device();
		assertThat(this.device.sync(this.device.append(2)).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@MethodSource("probes")
	void answersAsProbed(String name, JsonNode probe) {
		TestClient.Result result = this.client.post("/v1/audit/offline-sync", body(probe));
		assertThat(result.status()).as(result.text()).isEqualTo(probe.get("status").intValue());
		if (probe.path("code").isString()) {
			JsonNode json = result.json();
			JsonNode error = json.path("errors").has(0) ? json.get("errors").get(0) : json;
			assertThat(error.get("code")).isEqualTo(probe.get("code"));
			assertThat(error.get("message"))
				.isEqualTo(probe.has("message") ? probe.get("message") : error.get("message"));
		}
		if (probe.has("stored")) {
			JsonNode stored = this.client.get("/v1/consent-bundles/" + this.device.bundleId() + "/audit")
				.json()
				.get("entries")
				.get(2);
			probe.get("stored").forEachEntry((member, value) -> assertThat(stored.get(member)).isEqualTo(value));
		}
	}

	private String body(JsonNode probe) {
		ObjectNode entry = this.device.draft("tool:probe");
		String name = probe.get("name").stringValue();
		if (!name.startsWith("signature-over") && !name.equals("prevHash-upper")) {
			probe.path("over").forEachEntry(entry::set);
		}
		switch (name) {
			case "prevHash-upper" -> {
				entry.put("prevHash", this.device.head().toUpperCase(Locale.ROOT));
				this.device.seal(entry);
			}
			case "action-lone-surrogate" -> {
				ObjectNode wellFormed = entry.deepCopy().put("action", "a\uFFFDb");
				this.device.seal(wellFormed);
				entry.set("hash", wellFormed.get("hash"));
				entry.set("signature", wellFormed.get("signature"));
			}
			case "result|metadata shift" -> {
				this.device.seal(entry.set("metadata", Json.object().put("n", 1)));
				entry.put("result", "success|{\"n\":1}").remove("metadata");
			}
			default -> this.device.seal(entry);
		}
		if (name.startsWith("scopes-join")) {
			entry.putArray("scopes").add("read:contacts").add("write:calendar");
			this.device.seal(entry);
			entry.putArray("scopes").add("read:contacts,write:calendar");
		}
		return written(name, entry);
	}

	private String written(String name, ObjectNode entry) {
		String signature = entry.get("signature").stringValue();
		if (name.equals("signature-upper-hex")) {
			entry.put("signature", signature.toUpperCase(Locale.ROOT));
		}
		if (name.equals("signature-over-raw-hash-bytes")) {
			byte[] hash = HexFormat.of().parseHex(entry.get("hash").stringValue());
			entry.put("signature", HexFormat.of().formatHex(this.device.signatureBytes(hash)));
		}
		String body = EcmaJsonWriter.write(this.device.batch(List.of(entry)));
		boolean literal = name.startsWith("seq-1.0") || name.startsWith("seq-written");
		return literal ? body.replace("\"seq\":3,", "\"seq\":3.0,") : body;
	}

}
