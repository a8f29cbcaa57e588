package dev.grantex.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RequestJournalTests {

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private static final byte[] MEGABYTE = "x".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);

	private final RequestJournal journal = new RequestJournal();

	@Test
	void keepsTheLastTenThousandRequests() {
		add(10_005, new byte[] { '1' });
		assertThat(this.journal.all()).hasSize(10_000);
		assertThat(this.journal.all().get(0).path()).isEqualTo("/6");
		assertThat(this.journal.all()).allMatch((request) -> request.body().equals("1"));
	}

	@Test
	void keepsTheBodiesThatFit() {
		add(100, MEGABYTE);
		assertThat(this.journal.all()).hasSize(100);
		assertThat(this.journal.all().subList(0, 33))
			.allMatch((request) -> request.body().isEmpty() && request.bodySize() == MEGABYTE.length);
		assertThat(this.journal.all().subList(33, 100))
			.allMatch((request) -> request.body().length() == MEGABYTE.length);
	}

	@Test
	void forgetsRequestsWithoutTheirBodiesBeforeThoseWithThem() {
		add(100, MEGABYTE);
		add(9_950, new byte[0]);
		assertThat(this.journal.all()).hasSize(10_000);
		assertThat(this.journal.all().get(0).path()).isEqualTo("/51");
		assertThat(this.journal.all().get(0).body()).hasSize(MEGABYTE.length);
	}

	@Test
	void clearForgetsAll() {
		add(100, MEGABYTE);
		this.journal.clear();
		assertThat(this.journal.all()).isEmpty();
		add(67, MEGABYTE);
		assertThat(this.journal.all()).noneMatch((request) -> request.body().isEmpty());
	}

	private void add(int count, byte[] body) {
		for (int i = 1; i <= count; i++) {
			String path = "/" + i;
			this.journal.add(
					new Call(Route.UNKNOWN, "POST", path, path, Map.of(), Map.of(), body, body.length, "127.0.0.1"),
					NOW);
		}
	}

}
