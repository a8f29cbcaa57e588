package dev.grantex.gemma.cloud;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.grantex.gemma.audit.SignedAuditEntry;

/**
 * A recorded request and answer of the hosted API.
 */
record HttpVector(String name, JsonNode request, JsonNode response) {

	private static final JsonMapper JSON = new JsonMapper();

	private static final Set<String> CONNECTION_HEADERS = Set.of("content-length", "connection", "keep-alive",
			"transfer-encoding");

	static HttpVector load(String name) {
		return load(name, HttpVector.class.getResource("/vectors/http/" + name + ".json"));
	}

	static List<HttpVector> refusals() {
		try {
			List<HttpVector> refusals = new ArrayList<>();
			for (Resource file : new PathMatchingResourcePatternResolver()
				.getResources("classpath:/vectors/http/*.json")) {
				HttpVector vector = load(Objects.requireNonNull(file.getFilename()), file.getURL());
				if (vector.status() >= 400) {
					refusals.add(vector);
				}
			}
			return refusals;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static HttpVector load(String name, URL url) {
		try (InputStream in = url.openStream()) {
			JsonNode root = JSON.readTree(in);
			return new HttpVector(name, root.get("request"), root.get("response"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String method() {
		return this.request.get("method").stringValue();
	}

	String path() {
		return this.request.get("path").stringValue();
	}

	String requestBody() {
		JsonNode body = this.request.get("bodyRaw");
		return body.isNull() ? "" : body.stringValue();
	}

	int status() {
		return this.response.get("status").intValue();
	}

	JsonNode answer() {
		return this.response.get("body");
	}

	byte[] bytes() {
		return bytes(answer().isNull() ? this.response.get("bodyRaw").stringValue() : answer().toString());
	}

	byte[] bytes(String body) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		StringBuilder head = new StringBuilder("HTTP/1.1 " + status() + " -\r\n");
		this.response.get("headers").properties().forEach((header) -> {
			if (!CONNECTION_HEADERS.contains(header.getKey())) {
				head.append(header.getKey()).append(": ").append(header.getValue().stringValue()).append("\r\n");
			}
		});
		byte[] content = body.getBytes(StandardCharsets.UTF_8);
		head.append("content-length: ").append(content.length).append("\r\n\r\n");
		out.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
		out.writeBytes(content);
		return out.toByteArray();
	}

	List<SignedAuditEntry> entries() {
		List<SignedAuditEntry> entries = new ArrayList<>();
		this.request.get("body").get("entries").forEach((entry) -> entries.add(Entries.of(entry)));
		return entries;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
