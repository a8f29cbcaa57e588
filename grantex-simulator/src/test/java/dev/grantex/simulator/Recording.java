package dev.grantex.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request to the hosted service and its answer.
 */
record Recording(String name, ObjectNode request, ObjectNode response) {

	static Path vectors() {
		try {
			return Path.of(Recording.class.getResource("/vectors").toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static List<String> names() {
		try (Stream<Path> files = Files.list(vectors().resolve("http"))) {
			return files.map((file) -> file.getFileName().toString().replace(".json", "")).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static JsonNode vector(String file) {
		try {
			return EcmaJsonParser.parse(Files.readString(vectors().resolve(file)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Recording load(String name) {
		JsonNode json = vector("http/" + name + ".json");
		return new Recording(name, (ObjectNode) json.get("request"), (ObjectNode) json.get("response"));
	}

	String method() {
		return this.request.get("method").stringValue();
	}

	String target() {
		return this.request.get("path").stringValue();
	}

	/**
	 * The header fields a client sets by itself.
	 */
	Map<String, String> headers() {
		Map<String, String> headers = new LinkedHashMap<>();
		for (String name : List.of("authorization", "content-type")) {
			if (this.request.get("headers").has(name)) {
				headers.put(name, this.request.get("headers").get(name).stringValue());
			}
		}
		return headers;
	}

	String bodyText() {
		return this.request.path("bodyRaw").isString() ? this.request.get("bodyRaw").stringValue() : null;
	}

	boolean isUpgrade() {
		return this.request.get("headers").has("upgrade");
	}

	ObjectNode requestBody() {
		return (ObjectNode) this.request.get("body");
	}

	int status() {
		return this.response.get("status").intValue();
	}

	String responseText() {
		return this.response.path("bodyRaw").asString("");
	}

	JsonNode responseBody() {
		return this.response.get("body");
	}

	Map<String, String> responseHeaders() {
		Map<String, String> headers = new LinkedHashMap<>();
		this.response.get("headers").forEachEntry((name, value) -> headers.put(name, value.asString()));
		return headers;
	}

}
