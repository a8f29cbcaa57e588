package dev.grantex.simulator;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An HTTP response to be.
 *
 * @param body the body's text, or {@code null} for none
 * @param close whether the connection ends with this answer
 */
record Answer(int status, Map<String, String> headers, @Nullable String body, boolean close) {

	private static final String JSON = "application/json; charset=utf-8";

	Answer {
		headers = Map.copyOf(headers);
	}

	static Answer json(int status, JsonNode body) {
		return text(status, JSON, EcmaJsonWriter.write(body));
	}

	static Answer text(int status, String contentType, String body) {
		return new Answer(status, Map.of("content-type", contentType), body, false);
	}

	static Answer empty(int status) {
		return new Answer(status, Map.of(), null, false);
	}

	Answer withHeaders(Map<String, String> more) {
		Map<String, String> all = new LinkedHashMap<>(this.headers);
		all.putAll(more);
		return new Answer(this.status, all, this.body, this.close);
	}

	Answer closing() {
		return new Answer(this.status, this.headers, this.body, true);
	}

}
