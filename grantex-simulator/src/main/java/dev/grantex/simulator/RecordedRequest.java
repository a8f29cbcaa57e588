package dev.grantex.simulator;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A request as the service received it.
 *
 * @param route the call it was recognised as
 * @param method the HTTP method
 * @param path the path with its query
 * @param headers the header fields by lower-case name; repeated ones joined by a comma
 * @param body the body as text; empty when there was none, when it was larger than the
 * service takes, and once later bodies have taken its room in memory
 * @param bodySize how many bytes the body had, whether it is kept or not
 * @param receivedAt when it was received, by the service's clock
 */
public record RecordedRequest(Route route, String method, String path, Map<String, String> headers, String body,
		long bodySize, Instant receivedAt) {

	public RecordedRequest {
		headers = Map.copyOf(headers);
	}

	/**
	 * Returns one header field.
	 * @param name its name in lower case
	 * @return the value, or {@code null} when the request had none
	 */
	public @Nullable String header(String name) {
		return this.headers.get(name);
	}

	RecordedRequest withoutBody() {
		return new RecordedRequest(this.route, this.method, this.path, this.headers, "", this.bodySize,
				this.receivedAt);
	}

}
