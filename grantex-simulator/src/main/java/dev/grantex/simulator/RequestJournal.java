package dev.grantex.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * Remembers the requests that came in last. It forgets older ones, and the bodies of
 * older ones before that, because a service that runs for long would fill its memory with
 * them.
 */
final class RequestJournal {

	private static final int CAPACITY = 10_000;

	private static final long BODIES = 64L * 1024 * 1024;

	/** Requests whose bodies are forgotten, oldest first. */
	private final Deque<RecordedRequest> older = new ArrayDeque<>();

	/** The requests after those. */
	private final Deque<RecordedRequest> whole = new ArrayDeque<>();

	/** Characters of all bodies that are kept. */
	private long kept;

	synchronized void add(Call call, Instant receivedAt) {
		byte[] body = call.body();
		String text = (body != null) ? new String(body, StandardCharsets.UTF_8) : "";
		this.whole.add(new RecordedRequest(call.route(), call.method(), call.target(), call.headers(), text,
				call.bodySize(), receivedAt));
		this.kept += text.length();
		while (this.kept > BODIES) {
			RecordedRequest oldest = this.whole.remove();
			this.kept -= oldest.body().length();
			this.older.add(oldest.withoutBody());
		}
		if (this.older.size() + this.whole.size() > CAPACITY && this.older.poll() == null) {
			this.kept -= this.whole.remove().body().length();
		}
	}

	synchronized List<RecordedRequest> all() {
		return Stream.concat(this.older.stream(), this.whole.stream()).toList();
	}

	synchronized void clear() {
		this.older.clear();
		this.whole.clear();
		this.kept = 0;
	}

}
