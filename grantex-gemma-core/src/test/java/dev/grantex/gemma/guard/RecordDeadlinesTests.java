package dev.grantex.gemma.guard;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for records that wait for the application where the system gives no more threads.
 */
class RecordDeadlinesTests {

	private static final ThreadFactory THREADS = Executors.defaultThreadFactory();

	private static final ThreadFactory NONE = (task) -> {
		throw new OutOfMemoryError("unable to create native thread");
	};

	private final List<Map<String, Object>> written = new CopyOnWriteArrayList<>();

	@Test
	void recordThatNobodyWouldWriteIsWrittenWithoutTheApplication() {
		try (RecordDeadlines deadlines = new RecordDeadlines(Duration.ofHours(1), NONE, NONE)) {
			deadlines.begin(this.written::add).complete(() -> {
				throw new AssertionError("must not run");
			});
			assertThat(this.written).containsExactly(RecordDeadlines.LATE);
		}
		assertThat(this.written).hasSize(1);
	}

	@Test
	void lateRecordIsWrittenAlsoWithoutAWriter() {
		try (RecordDeadlines deadlines = new RecordDeadlines(Duration.ofMillis(1), THREADS, NONE)) {
			deadlines.begin(this.written::add);
			await().atMost(Duration.ofSeconds(60))
				.untilAsserted(() -> assertThat(this.written).containsExactly(RecordDeadlines.LATE));
		}
	}

}
