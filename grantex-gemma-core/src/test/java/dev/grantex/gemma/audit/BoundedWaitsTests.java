package dev.grantex.gemma.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.disk.DiskOperation;
import dev.grantex.gemma.disk.HeldOperation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long who uses the log waits for others that use it.
 */
class BoundedWaitsTests extends RecordedLogFixture {

	private static final int SMALL = 1500;

	private OfflineAuditLog log;

	@AfterEach
	void closeTheLog() {
		this.disk.faults().clear();
		this.log.close();
	}

	@Test
	void sealWaitsForOneGroupOfEntriesHoweverManyAreReady() throws Exception {
		this.log = builder().open();
		append(this.log, 1);
		HeldOperation held = HeldOperation.next(this.disk.faults(), DiskOperation.Force.class::isInstance);
		List<Thread> writers = new ArrayList<>();
		writers.add(start(() -> append(this.log, 1)));
		held.await();
		Map<String, Object> large = Map.of("text", "x".repeat(60_000));
		for (int i = 0; i < 40; i++) {
			writers.add(start(() -> this.log.append("tool:x", this.grant, "success", large)));
		}
		writers.stream().skip(1).forEach(BoundedWaitsTests::awaitWaiting);
		Thread sealing = start(() -> this.log.sealed().markRefreshPending(true));
		awaitWaiting(sealing);
		held.release();
		sealing.join();
		// A sweep that was there before it may have let one group of seventeen pass.
		assertThat(statement(this.directory.resolve("disk")).end().head().sequence()).isLessThan(30);
		for (Thread writer : writers) {
			writer.join();
		}
		assertThat(this.log.headSequence()).isEqualTo(42);
	}

	@Test
	void entriesWaitForOneOfThoseThatUseTheFilesForThemselves() throws Exception {
		this.log = builder().open();
		append(this.log, 1);
		HeldOperation held = HeldOperation.next(this.disk.faults(), DiskOperation.Force.class::isInstance);
		Thread first = start(() -> append(this.log, 1));
		held.await();
		List<Thread> readers = new ArrayList<>();
		List<Integer> seen = new ArrayList<>();
		Thread second = null;
		for (int i = 0; i < 10; i++) {
			readers.add(start(() -> {
				try (var lines = this.log.lines()) {
					int count = (int) lines.count();
					synchronized (seen) {
						seen.add(count);
					}
				}
			}));
			awaitWaiting(readers.get(i));
			if (i == 0) {
				second = start(() -> append(this.log, 1));
				awaitWaiting(second);
			}
		}
		held.release();
		for (Thread reader : readers) {
			reader.join();
		}
		first.join();
		second.join();
		assertThat(seen).hasSize(10).filteredOn((count) -> count < 3).hasSizeLessThanOrEqualTo(1);
	}

	@Test
	void outcomeWaitsForNoDeletionAndACallNotForLong() throws Exception {
		int size = 4 * SMALL;
		this.log = builder().maxSize(size).maxTotalSize(3 * size).patience(Duration.ofMillis(1)).open();
		refused(() -> append(this.log, 100), AuditLogException.LOG_FULL);
		// The outcome below begins no file, which would be sealed at once.
		while (Files.size(this.file) + SMALL > size) {
			this.log.appendOutcome("tool:x", this.grant, "success", null, null);
		}
		long head = this.log.headSequence();
		// Before a file is deleted, its end is read. The log's own thread does that, too,
		// if it was about to tidy up.
		HeldOperation held = HeldOperation.nextReading(this.disk.faults(),
				() -> this.log.synchronizedThrough() == head);
		CompletableFuture<Void> sweeping = CompletableFuture.runAsync(() -> this.log.markSynchronized(head));
		held.await();
		CompletableFuture<SignedAuditEntry> outcome = CompletableFuture
			.supplyAsync(() -> this.log.appendOutcome("tool:x", this.grant, "success", null, null));
		assertThat(outcome.get(1, TimeUnit.MINUTES).seq()).isEqualTo(head + 1);
		CompletableFuture<Void> call = CompletableFuture
			.runAsync(() -> refused(this.log::checkWritable, AuditLogException.LOG_FULL));
		call.get(1, TimeUnit.MINUTES);
		assertThat(sweeping).isNotDone();
		held.release();
		sweeping.get(1, TimeUnit.MINUTES);
		this.log.checkWritable();
		assertThat(this.log.firstSequence()).isGreaterThan(1);
	}

	@Test
	void closingWaitsForTheFileThatIsBeingDeletedNotForAll() throws Exception {
		this.log = builder().maxSize(SMALL).open();
		append(this.log, 20);
		int before = names(this.directory.resolve("disk"));
		HeldOperation held = HeldOperation.next(this.disk.faults(), DiskOperation.Delete.class::isInstance);
		this.log.close();
		this.log = builder().maxSize(SMALL).retention(Duration.ofNanos(1)).open();
		CompletableFuture<Void> sweeping = CompletableFuture
			.runAsync(() -> this.log.markSynchronized(this.log.headSequence()));
		held.await();
		Thread closing = start(this.log::close);
		awaitWaiting(closing, "LogRetention", "withoutSweep");
		held.release();
		closing.join();
		sweeping.get(1, TimeUnit.MINUTES);
		assertThat(names(this.directory.resolve("disk"))).isGreaterThanOrEqualTo(before - 2);
		try (OfflineAuditLog reopened = builder().maxSize(SMALL).open()) {
			assertThat(reopened.verify(reopened.verifier(List.of(this.publicKey))).valid()).isTrue();
			assertThat(reopened.headSequence()).isEqualTo(20);
		}
	}

	@Test
	void whoComesWhileAnotherMendsTheLogIsRefusedAtOnce() throws Exception {
		this.log = builder().open();
		this.disk.faults().failForces();
		refused(() -> append(this.log, 1), AuditLogException.LOG_UNWRITABLE);
		this.disk.faults().clear();
		HeldOperation held = HeldOperation.next(this.disk.faults());
		CompletableFuture<Void> mending = CompletableFuture.runAsync(this.log::checkWritable);
		held.await();
		CompletableFuture<Void> call = CompletableFuture
			.runAsync(() -> refused(this.log::checkWritable, AuditLogException.LOG_UNWRITABLE));
		call.get(1, TimeUnit.MINUTES);
		assertThat(mending).isNotDone();
		held.release();
		mending.get(1, TimeUnit.MINUTES);
		this.log.checkWritable();
		append(this.log, 1);
	}

	private static int names(Path directory) {
		String[] names = directory.toFile().list((file, name) -> name.contains(".jsonl") && !name.endsWith(".lock"));
		return names.length;
	}

	private static Thread start(Runnable action) {
		Thread thread = new Thread(action);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	/**
	 * Waits until a thread waits for its turn, not only for a lock.
	 */
	private static void awaitWaiting(Thread thread) {
		awaitWaiting(thread, "WriteTurn", "await");
	}

	private static void awaitWaiting(Thread thread, String in, String method) {
		Awaitility.await()
			.until(() -> thread.getState() == Thread.State.WAITING && Stream.of(thread.getStackTrace())
				.anyMatch((frame) -> frame.getClassName().endsWith("." + in) && frame.getMethodName().equals(method)));
	}

}
