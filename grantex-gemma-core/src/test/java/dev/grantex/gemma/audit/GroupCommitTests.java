package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.disk.DiskOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Entries of several threads: each has its place, and they share what is slow.
 */
class GroupCommitTests {

	private static final int THREADS = 16;

	private final ConsentBundle bundle = AuditVectors.bundle();

	private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

	private RecordingFileSystem disk;

	private Path file;

	@BeforeEach
	void nameTheFile(@TempDir Path directory) throws IOException {
		this.disk = RecordingFileSystem.over(directory);
		this.file = this.disk.root().resolve("audit.jsonl");
	}

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void entriesThatComeWhileOthersAreForcedShareTheNextForce() throws Exception {
		CountDownLatch forcing = new CountDownLatch(1);
		CountDownLatch others = new CountDownLatch(1);
		AtomicInteger forces = new AtomicInteger();
		AuditLogBuilder builder = OfflineAuditLog.builder(this.file, this.bundle).sealPace(Duration.ofDays(1));
		try (OfflineAuditLog log = builder.open()) {
			append(log, 1);
			long number = log.headSequence();
			this.disk.faults().before((operation) -> {
				if (operation instanceof DiskOperation.Write write && isEntry(write)) {
					forces.incrementAndGet();
					forcing.countDown();
					awaitUninterruptibly(others);
				}
			});
			List<Future<?>> first = submit(1, () -> append(log, 1));
			assertThat(forcing.await(60, TimeUnit.SECONDS)).isTrue();
			List<Future<?>> rest = submit(THREADS - 1, () -> append(log, 1));
			await().until(() -> waiting() == THREADS - 1);
			others.countDown();
			all(first);
			all(rest);
			assertThat(log.headSequence()).isEqualTo(number + THREADS);
		}
		assertThat(forces).hasValue(2);
	}

	@ParameterizedTest
	@EnumSource
	void entriesOfManyThreadsAreDenseOrderedAndSigned(Durability durability) throws Exception {
		int each = 100;
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.durability(durability)
			.maxSize(50_000)
			.open()) {
			all(submit(THREADS, () -> append(log, each)));
			try (Stream<SignedAuditEntry> entries = log.read(1)) {
				List<SignedAuditEntry> read = entries.toList();
				assertThat(read).extracting(SignedAuditEntry::seq)
					.containsExactlyElementsOf(
							IntStream.rangeClosed(1, THREADS * each).mapToObj(Long::valueOf).toList());
				assertThat(read).extracting(SignedAuditEntry::timestamp).isSorted();
			}
			assertThat(log.verify(log.verifier(List.of(this.bundle.offlineAuditKey().publicKey()))).valid()).isTrue();
		}
	}

	@Test
	void everythingPlacedBehindAFailedEntryFailsWithItAndTheLogGoesOn() throws Exception {
		AtomicInteger failed = new AtomicInteger();
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, this.bundle)) {
			append(log, 3);
			this.disk.faults().failForces();
			all(submit(THREADS, () -> {
				try {
					append(log, 1);
				}
				catch (AuditLogException ex) {
					failed.incrementAndGet();
				}
			}));
			assertThat(failed).hasValue(THREADS);
			assertThat(log.headSequence()).isEqualTo(3);
			this.disk.faults().clear();
			all(submit(THREADS, () -> append(log, 1)));
			assertThat(log.headSequence()).isEqualTo(3 + THREADS);
			assertThat(log.verify(log.verifier(List.of(this.bundle.offlineAuditKey().publicKey()))).valid()).isTrue();
		}
	}

	@Test
	void theLineOnDiskIsTheEntryThatWasReturned() throws IOException {
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, this.bundle)) {
			SignedAuditEntry entry = log.append("a\u00e9\ud83d\ude00", AuditVectors.ownGrant(), "success",
					Map.of("b", List.of(1, 2.5, "\u2028\ud800"), "2", true));
			assertThat(log.lines()).containsExactly(entry.toJson());
			assertThat(entry.hash()).isEqualTo(HashChain.computeHash(entry));
		}
	}

	private List<Future<?>> submit(int count, Runnable task) {
		return IntStream.range(0, count).<Future<?>>mapToObj((i) -> this.threads.submit(task)).toList();
	}

	private static void all(List<Future<?>> futures) throws Exception {
		for (Future<?> future : futures) {
			future.get(60, TimeUnit.SECONDS);
		}
	}

	private static void append(OfflineAuditLog log, int count) {
		for (int i = 0; i < count; i++) {
			log.append("tool:x", AuditVectors.ownGrant(), "success", Map.of("method", "A.b"));
		}
	}

	private static boolean isEntry(DiskOperation.Write write) {
		return write.bytes().length > 5 && write.bytes()[2] == 's' && write.bytes()[5] == '"';
	}

	/**
	 * How many threads with entries have nothing to do but wait for the one that writes.
	 * Who still waits for the lock has not said yet that its entry is ready. The log's
	 * own thread, which tidies up whenever it likes, waits there without one.
	 */
	private static long waiting() {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((thread) -> thread.getKey().getState() == Thread.State.WAITING)
			.filter((thread) -> !thread.getKey().getName().equals("grantex-audit-log"))
			.filter((thread) -> Stream.of(thread.getValue())
				.anyMatch(
						(frame) -> frame.getClassName().endsWith("WriteTurn") && frame.getMethodName().equals("await")))
			.count();
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
