package dev.grantex.simulator;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP request as it came in.
 *
 * @param target the path with its query
 * @param query the decoded query parameters
 * @param headers by lower-case name
 * @param body the bytes received, or {@code null} if there were more than the service
 * reads
 * @param bodySize how many bytes there were
 * @param client the client's address
 */
record Call(Route route, String method, String target, String path, Map<String, String> query,
		Map<String, String> headers, byte @Nullable [] body, long bodySize, String client) {

	@Nullable String header(String name) {
		return this.headers.get(name);
	}

}
