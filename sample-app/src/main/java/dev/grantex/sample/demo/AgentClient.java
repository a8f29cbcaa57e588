package dev.grantex.sample.demo;

import java.util.Map;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * Talks to the agent over HTTP, as a model's runtime and an operator would.
 */
final class AgentClient {

	private static final JsonMapper JSON = JsonMapper.shared();

	private final RestClient http;

	AgentClient(int port) {
		this.http = RestClient.create("http://127.0.0.1:" + port);
	}

	Reply call(String tool, Map<String, Object> arguments) {
		return post("/agent/calls", Map.of("name", tool, "arguments", arguments));
	}

	Reply audit() {
		return get("/agent/audit");
	}

	Reply health() {
		return get("/actuator/health");
	}

	Reply status() {
		return get("/actuator/grantex");
	}

	Reply verifyAudit() {
		return get("/actuator/grantex/audit");
	}

	Reply synchronize() {
		return post("/actuator/grantex", Map.of());
	}

	private Reply get(String path) {
		return exchange(this.http.get().uri(path));
	}

	private Reply post(String path, Map<String, Object> body) {
		return exchange(this.http.method(HttpMethod.POST)
			.uri(path)
			.contentType(MediaType.APPLICATION_JSON)
			.body(JSON.writeValueAsString(body)));
	}

	private static Reply exchange(RestClient.RequestHeadersSpec<?> request) {
		return request.exchangeForRequiredValue(
				(sent, response) -> new Reply(response.getStatusCode().value(), JSON.readTree(response.getBody())));
	}

}
