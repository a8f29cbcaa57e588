package dev.grantex.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers the requests that came in.
 */
final class RequestJournal {

	private final List<RecordedRequest> requests = new ArrayList<>();

	synchronized void add(Call call) {
		byte[] body = call.body();
		String text = (body != null) ? new String(body, StandardCharsets.UTF_8) : "";
		this.requests.add(new RecordedRequest(call.route(), call.method(), call.target(), call.headers(), text));
	}

	synchronized List<RecordedRequest> all() {
		return List.copyOf(this.requests);
	}

	synchronized void clear() {
		this.requests.clear();
	}

}
