package dev.grantex.gemma.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EntryJsonTests {

	private static final JsonMapper JSON = new JsonMapper();

	static Stream<String> lines() throws IOException {
		return read("audit-ts.jsonl").lines();
	}

	static Stream<JsonNode> metadata() throws IOException {
		List<JsonNode> cases = new ArrayList<>();
		JSON.readTree(read("metadata-canonical.json")).get("cases").forEach((vector) -> {
			JsonNode verdict = vector.get("canonicalHash");
			if (verdict != null && verdict.get("status").intValue() == 200) {
				cases.add(vector);
			}
		});
		return cases.stream();
	}

	@ParameterizedTest
	@MethodSource("lines")
	void anEntryIsWrittenAsTheOtherPackagesWriteIt(String line) {
		assertThat(EntryJson.write(Entries.of(JSON.readTree(line)))).isEqualTo(line);
	}

	@ParameterizedTest
	@MethodSource("metadata")
	void metadataIsWrittenAsTheServiceHashesIt(JsonNode vector) {
		Map<String, Object> metadata = Entries.metadata(vector.get("rawJsonText").stringValue());
		assertThat(EntryJson.write(Entries.withMetadata(1, metadata)))
			.contains("\"metadata\":" + vector.get("jsCanonical").stringValue() + ",\"prevHash\"");
	}

	@Test
	void metadataThatIsNotJsonIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> EntryJson.write(Entries.withMetadata(1, Map.of("o", new Object()))));
	}

	@Test
	void aHundredLevelsPassAndMoreAreRefused() {
		assertThat(EntryJson.write(Entries.withMetadata(1, nested(100)))).contains("[".repeat(99));
		assertThatIllegalArgumentException().isThrownBy(() -> EntryJson.write(Entries.withMetadata(1, nested(101))));
	}

	@Test
	void metadataThatContainsItselfIsRefused() {
		List<Object> circle = new ArrayList<>();
		circle.add(circle);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> EntryJson.write(Entries.withMetadata(1, Map.of("circle", circle))));
	}

	@Test
	void aLoneSurrogateStaysReadable() {
		assertThat(EntryJson.write("a\ud800b\udc00😀")).isEqualTo("\"a\\ud800b\\udc00😀\"");
	}

	private static Map<String, Object> nested(int levels) {
		Object value = "x";
		for (int i = 1; i < levels; i++) {
			value = List.of(value);
		}
		return Map.of("a", value);
	}

	private static String read(String name) throws IOException {
		try (InputStream in = EntryJsonTests.class.getResourceAsStream("/vectors/" + name)) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
