package dev.grantex.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A plain HTTP client with one customer's key.
 */
final class TestClient {

	private final HttpClient http;

	private final URI base;

	private final Map<String, String> headers;

	TestClient(GrantexSimulator simulator) {
		this(simulator, simulator.customer());
	}

	TestClient(GrantexSimulator simulator, Customer customer) {
		this(HttpClient.Version.HTTP_1_1, simulator.baseUrl(), Map.of("authorization", "Bearer " + customer.apiKey()));
	}

	private TestClient(HttpClient.Version version, URI base, Map<String, String> headers) {
		this.http = HttpClient.newBuilder().version(version).build();
		this.base = base;
		this.headers = headers;
	}

	/**
	 * A client that offers HTTP/2 in clear text, as the JDK's does unless it is told not
	 * to.
	 */
	TestClient upgrading() {
		return new TestClient(HttpClient.Version.HTTP_2, this.base, this.headers);
	}

	Result get(String target) {
		return exchange("GET", target, this.headers, null);
	}

	Result post(String target) {
		return exchange("POST", target, this.headers, null);
	}

	Result post(String target, String body) {
		Map<String, String> all = new LinkedHashMap<>(this.headers);
		all.put("content-type", "application/json");
		return exchange("POST", target, all, body);
	}

	Result post(String target, JsonNode body) {
		return post(target, EcmaJsonWriter.write(body));
	}

	Result exchange(String method, String target, Map<String, String> requestHeaders, String body) {
		try {
			return send(method, target, requestHeaders, body);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Result send(String method, String target, Map<String, String> requestHeaders, String body) throws IOException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.base + target))
			.timeout(Duration.ofMinutes(1))
			.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody());
		requestHeaders.forEach(request::header);
		try {
			return new Result(this.http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	record Result(HttpResponse<String> response) {

		int status() {
			return this.response.statusCode();
		}

		String text() {
			return this.response.body();
		}

		ObjectNode json() {
			return (ObjectNode) EcmaJsonParser.parse(text());
		}

		String code() {
			return json().path("code").asString("");
		}

		String header(String name) {
			return this.response.headers().firstValue(name).orElse(null);
		}

	}

}
