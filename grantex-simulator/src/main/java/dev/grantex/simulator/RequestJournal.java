package dev.grantex.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Remembers the requests that came in last. It forgets older ones, because a service that
 * runs for long would fill its memory with them.
 */
final class RequestJournal {

	private static final int CAPACITY = 10_000;

	private final Deque<RecordedRequest> requests = new ArrayDeque<>();

	synchronized void add(Call call) {
		byte[] body = call.body();
		String text = (body != null) ? new String(body, StandardCharsets.UTF_8) : "";
		if (this.requests.size() == CAPACITY) {
			this.requests.removeFirst();
		}
		this.requests.add(new RecordedRequest(call.route(), call.method(), call.target(), call.headers(), text));
	}

	synchronized List<RecordedRequest> all() {
		return List.copyOf(this.requests);
	}

	synchronized void clear() {
		this.requests.clear();
	}

}
