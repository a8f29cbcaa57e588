package dev.grantex.gemma.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for many threads that append to one log at the same time.
 */
class ManyThreadsTests extends AuditLogFixture {

	private static final int THREADS = 64;

	@ParameterizedTest
	@CsvSource({ "OS, 50", "FSYNC, 10" })
	void appendADenseOrderedAndSignedChain(Durability durability, int each) throws Exception {
		appendFromAllThreads(durability, each);
	}

	@ParameterizedTest
	@EnumSource(Durability.class)
	@Tag("endurance")
	void appendAThousandEntriesEach(Durability durability) throws Exception {
		appendFromAllThreads(durability, 1_000);
	}

	private void appendFromAllThreads(Durability durability, int each) throws Exception {
		long entries = (long) THREADS * each;
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.durability(durability)
			.maxSize(entries * 100)
			.open()) {
			long start = System.nanoTime();
			List<List<Long>> acknowledged = inParallel(log, each);
			String appending = Endurance.since(start);
			assertThat(log.headSequence()).isEqualTo(entries);
			assertDenseAndInOrder(acknowledged, entries);
			start = System.nanoTime();
			assertThat(log.verify(ChainVerifier.fromStart(List.of(this.publicKey))))
				.isEqualTo(new ChainVerification(true, -1, null, (int) entries, List.of()));
			String verifying = Endurance.since(start);
			assertThatTheLogHasTheThreadsOrder(log, each);
			if (each == 1_000) {
				Endurance.report("%d threads x %,d appends, %s: %s, verified with signatures in %s", THREADS, each,
						durability, appending, verifying);
			}
		}
	}

	private List<List<Long>> inParallel(OfflineAuditLog log, int each) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(THREADS);
		CountDownLatch ready = new CountDownLatch(THREADS);
		List<Callable<List<Long>>> work = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			String action = "tool:" + i;
			work.add(() -> {
				ready.countDown();
				ready.await();
				return append(log, action, each);
			});
		}
		List<List<Long>> sequences = new ArrayList<>();
		try {
			for (Future<List<Long>> done : executor.invokeAll(work, 10, TimeUnit.MINUTES)) {
				sequences.add(done.get());
			}
		}
		finally {
			executor.shutdownNow();
		}
		return sequences;
	}

	private List<Long> append(OfflineAuditLog log, String action, int count) {
		List<Long> sequences = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			sequences.add(log.append(action, this.grant, "success", Map.of("number", "no. " + i)).seq());
		}
		return sequences;
	}

	private static void assertDenseAndInOrder(List<List<Long>> acknowledged, long entries) {
		assertThat(acknowledged).allSatisfy((sequences) -> assertThat(sequences).isSorted());
		assertThat(acknowledged.stream().flatMap(List::stream).distinct().count()).isEqualTo(entries);
		assertThat(acknowledged.stream().flatMap(List::stream).mapToLong(Long::longValue).max()).hasValue(entries);
	}

	private static void assertThatTheLogHasTheThreadsOrder(OfflineAuditLog log, int each) {
		Map<String, Integer> next = new HashMap<>();
		try (Stream<SignedAuditEntry> entries = log.read(1)) {
			entries.forEach((entry) -> {
				int number = next.merge(entry.action(), 1, Integer::sum) - 1;
				assertThat(entry.metadata()).containsEntry("number", "no. " + number);
			});
		}
		assertThat(next).hasSize(THREADS).allSatisfy((action, count) -> assertThat(count).isEqualTo(each));
	}

}
