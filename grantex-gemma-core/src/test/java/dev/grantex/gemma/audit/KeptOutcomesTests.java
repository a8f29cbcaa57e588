package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.grantex.gemma.consent.TestClock;
import dev.grantex.gemma.disk.DiskOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;
import dev.grantex.gemma.grant.BundleIdentity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Outcomes that could not be written when calls ended.
 */
@ExtendWith(OutputCaptureExtension.class)
class KeptOutcomesTests extends AuditLogFixture {

	private final TestClock clock = new TestClock();

	private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

	private RecordingFileSystem disk;

	@BeforeEach
	void putTheLogOnAFaultyDisk() throws IOException {
		this.disk = RecordingFileSystem.over(this.directory);
		this.file = this.disk.root().resolve("audit.jsonl");
	}

	@Test
	void areWrittenFirstWithTheTimeAtWhichTheCallEnded() throws IOException {
		try (OfflineAuditLog log = opened()) {
			append(log, 1);
			this.disk.faults().readOnly();
			refused(() -> outcome(log, "tool:late"), AuditLogException.LOG_UNWRITABLE);
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_UNWRITABLE);
			assertThat(log.unwritten()).isOne();
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			this.clock.advance(Duration.ofMinutes(5));
			this.disk.faults().clear();
			log.append("tool:next", this.grant, "success", null);
			assertThat(log.unwritten()).isZero();
			assertThat(actions(log)).containsExactly("tool:1", "tool:late", "tool:next");
			assertThat(entries(log).get(1).timestamp()).isEqualTo("2026-11-21T12:00:00.250Z");
			assertThat(entries(log).get(2).timestamp()).isEqualTo("2026-11-21T12:05:00.250Z");
		}
		assertThat(this.heard).containsExactly("tool:1", "tool:late", "tool:next");
		assertVerifies(this.file, 3, this.publicKey);
	}

	@Test
	void keepTheirOrder() {
		try (OfflineAuditLog log = opened()) {
			this.disk.faults().failForces();
			for (int i = 1; i <= 5; i++) {
				String action = "tool:" + i;
				refused(() -> outcome(log, action), AuditLogException.LOG_UNWRITABLE);
			}
			this.disk.faults().clear();
			log.checkWritable();
			assertThat(actions(log)).containsExactly("tool:1", "tool:2", "tool:3", "tool:4", "tool:5");
			assertThat(this.heard).containsExactlyElementsOf(actions(log));
		}
	}

	@Test
	void areWrittenOnceAlthoughTheDiskFailsAgainInTheMiddle() {
		try (OfflineAuditLog log = opened()) {
			this.disk.faults().readOnly();
			for (int i = 1; i <= 3; i++) {
				String action = "tool:" + i;
				refused(() -> outcome(log, action), AuditLogException.LOG_UNWRITABLE);
			}
			this.disk.faults().clear();
			this.disk.faults().full(700);
			refused(log::checkWritable, AuditLogException.LOG_UNWRITABLE);
			assertThat(log.unwritten()).isEqualTo(2);
			this.disk.faults().clear();
			log.checkWritable();
			assertThat(actions(log)).containsExactly("tool:1", "tool:2", "tool:3");
		}
	}

	@Test
	void areWrittenSoonAlthoughNobodyAsks() {
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.sealPace(Duration.ofMillis(5))
			.listener((entry) -> this.heard.add(entry.action()))
			.open()) {
			this.disk.faults().readOnly();
			refused(() -> outcome(log, "tool:late"), AuditLogException.LOG_UNWRITABLE);
			this.disk.faults().clear();
			await().untilAsserted(() -> assertThat(this.heard).containsExactly("tool:late"));
			await().untilAsserted(() -> assertThat(log.failure()).isNull());
		}
	}

	@Test
	void areWrittenAtTheLatestWhenTheLogIsClosed() throws IOException {
		OfflineAuditLog log = opened();
		this.disk.faults().readOnly();
		refused(() -> outcome(log, "tool:late"), AuditLogException.LOG_UNWRITABLE);
		this.disk.faults().clear();
		log.close();
		assertThat(this.heard).containsExactly("tool:late");
		assertVerifies(this.file, 1, this.publicKey);
		try (OfflineAuditLog reopened = open()) {
			assertThat(reopened.headSequence()).isEqualTo(1);
		}
	}

	@Test
	void thatAreLostStandAtLeastInTheApplicationsLog(CapturedOutput output) {
		OfflineAuditLog log = opened();
		this.disk.faults().readOnly();
		refused(() -> outcome(log, "tool:late"), AuditLogException.LOG_UNWRITABLE);
		refused(log::close, AuditLogException.LOG_UNWRITABLE);
		assertThat(output).contains("2026-11-21T12:00:00.250Z tool:late success");
		this.disk.faults().clear();
		try (OfflineAuditLog reopened = open()) {
			assertThat(reopened.headSequence()).isZero();
		}
	}

	@Test
	void ofCallsThatWerePermittedHaveRoomInAFullLog() throws IOException {
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.maxSize(1500)
			.rotateOnSize(false)
			.open()) {
			SignedAuditEntry intent = log.appendIntent("tool:running", this.grant, null);
			append(log, 1);
			refused(() -> append(log, 1), AuditLogException.LOG_FULL);
			refused(log::checkWritable, AuditLogException.LOG_FULL);
			assertThatNoException().isThrownBy(() -> log.appendOutcome("tool:running", this.grant, "success",
					Map.of("answer", "x".repeat(2000)), intent));
			refused(log::checkWritable, AuditLogException.LOG_FULL);
			refused(() -> append(log, 1), AuditLogException.LOG_FULL);
		}
		assertVerifies(this.file, 3, this.publicKey);
	}

	@Test
	void thatCouldNotBeWrittenHaveRoomInAFullLog() throws IOException {
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.maxSize(700)
			.rotateOnSize(false)
			.open()) {
			append(log, 1);
			this.disk.faults().readOnly();
			refused(() -> outcome(log, "tool:late"), AuditLogException.LOG_UNWRITABLE);
			this.disk.faults().clear();
			refused(log::checkWritable, AuditLogException.LOG_FULL);
			assertThat(actions(log)).containsExactly("tool:1", "tool:late");
		}
		assertVerifies(this.file, 2, this.publicKey);
	}

	@Test
	void areNeverWrittenBehindDamage(CapturedOutput output) throws IOException {
		OfflineAuditLog log = opened();
		append(log, 2);
		SignedAuditEntry forged = damaged(entries(log).get(0));
		refused(() -> log.resign(forged), AuditLogException.LOG_CORRUPTED);
		refused(() -> outcome(log, "tool:late"), AuditLogException.LOG_CORRUPTED);
		refused(log::checkWritable, AuditLogException.LOG_CORRUPTED);
		refused(log::close, AuditLogException.LOG_CORRUPTED);
		assertThat(output).contains("tool:late success");
		assertThat(Files.readAllLines(this.file)).hasSize(2);
	}

	@Test
	void closingIsNotUndoneByARecoveryThatIsUnderWay() throws Exception {
		OfflineAuditLog log = opened();
		this.disk.faults().readOnly();
		refused(() -> outcome(log, "tool:late"), AuditLogException.LOG_UNWRITABLE);
		Gate gate = new Gate();
		CompletableFuture<Throwable> recovering = CompletableFuture
			.supplyAsync(() -> catchThrowable(log::checkWritable));
		gate.awaitReached();
		CompletableFuture<Void> closing = CompletableFuture.runAsync(log::close);
		await().untilAsserted(() -> assertThat(log.failure()).isEqualTo(AuditLogException.LOG_CLOSED));
		gate.open();
		closing.get(60, TimeUnit.SECONDS);
		assertThat(recovering.get(60, TimeUnit.SECONDS)).isInstanceOfSatisfying(AuditLogException.class,
				(ex) -> assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_CLOSED));
		assertThat(log.failure()).isEqualTo(AuditLogException.LOG_CLOSED);
		refused(() -> append(log, 1), AuditLogException.LOG_CLOSED);
		assertVerifies(this.file, 1, this.publicKey);
	}

	@Test
	void areWaitedForByWhoAsksWhileAnotherWritesThem() throws Exception {
		try (OfflineAuditLog log = opened()) {
			this.disk.faults().readOnly();
			refused(() -> outcome(log, "tool:late"), AuditLogException.LOG_UNWRITABLE);
			Gate gate = new Gate();
			CompletableFuture<Void> appending = CompletableFuture.runAsync(() -> append(log, 1));
			gate.awaitReached();
			FutureTask<Throwable> asking = new FutureTask<>(() -> catchThrowable(log::checkWritable));
			Thread asker = new Thread(asking);
			asker.start();
			await().until(() -> asking.isDone() || asker.getState() == Thread.State.TIMED_WAITING);
			gate.open();
			assertThat(asking.get(60, TimeUnit.SECONDS)).isNull();
			appending.get(60, TimeUnit.SECONDS);
			assertThat(actions(log)).containsExactly("tool:late", "tool:1");
		}
	}

	@Test
	void damageIsNotForgottenInARecoveryThatIsUnderWay() throws Exception {
		try (OfflineAuditLog log = opened()) {
			append(log, 2);
			SignedAuditEntry forged = damaged(entries(log).get(0));
			this.disk.faults().readOnly();
			refused(() -> outcome(log, "tool:late"), AuditLogException.LOG_UNWRITABLE);
			Gate gate = new Gate();
			CompletableFuture<Throwable> recovering = CompletableFuture
				.supplyAsync(() -> catchThrowable(log::checkWritable));
			gate.awaitReached();
			CompletableFuture<Throwable> noticing = CompletableFuture
				.supplyAsync(() -> catchThrowable(() -> log.resign(forged)));
			await().untilAsserted(() -> assertThat(log.failure()).isEqualTo(AuditLogException.LOG_CORRUPTED));
			gate.open();
			assertThat(recovering.get(60, TimeUnit.SECONDS)).isInstanceOf(AuditLogException.class);
			assertThat(noticing.get(60, TimeUnit.SECONDS)).isInstanceOf(AuditLogException.class);
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_CORRUPTED);
			refused(() -> append(log, 1), AuditLogException.LOG_CORRUPTED);
		}
	}

	@Test
	void beyondWhatCanBeKeptAreOneLineAMinute(CapturedOutput output) {
		KeptOutcomes outcomes = new KeptOutcomes(this.clock);
		EntryDraft large = new EntryDraft(EntryDraft.Author.of(BundleIdentity.of(this.bundle), List.of()),
				EntryDraft.Kind.OUTCOME, "tool:large", "success", Map.of("answer", "x".repeat(1024 * 1024)));
		for (int i = 0; i < 164; i++) {
			outcomes.keep(new KeptOutcomes.Outcome(large, EntryFactory.timestamp(this.clock.instant())));
		}
		assertThat(outcomes.size()).isBetween(60, 64);
		assertThat(output).containsOnlyOnce("Too many outcomes wait for the audit log; this one is in no entry: "
				+ "2026-11-21T12:00:00.250Z tool:large success");
		this.clock.advance(Duration.ofMinutes(1));
		outcomes.keep(new KeptOutcomes.Outcome(large, EntryFactory.timestamp(this.clock.instant())));
		assertThat(output).containsPattern("tool:large success \\[1\\d\\d more left out since the last such line]");
	}

	@Test
	void flakyDiskIsToldOfOnceAMinuteWithOneStackTrace(CapturedOutput output) {
		try (OfflineAuditLog log = opened()) {
			for (int i = 0; i < 50; i++) {
				this.disk.faults().readOnly();
				refused(() -> outcome(log, "tool:late"), AuditLogException.LOG_UNWRITABLE);
				this.disk.faults().clear();
				log.checkWritable();
			}
			assertThat(log.headSequence()).isEqualTo(50);
		}
		assertThat(output).containsOnlyOnce("The audit log could not be written")
			.containsOnlyOnce("The audit log can be written again");
	}

	@Test
	void listenersThatFailAreToldOfOnceAMinuteWithOneStackTrace(CapturedOutput output) {
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.clock(this.clock)
			.durability(Durability.OS)
			.listener((entry) -> {
				throw new IllegalStateException("listener of " + entry.seq());
			})
			.open()) {
			append(log, 100);
			this.clock.advance(Duration.ofMinutes(1));
			append(log, 100);
		}
		assertThat(output).containsOnlyOnce("IllegalStateException: listener of ")
			.contains("A listener of the audit log failed [java.lang.IllegalStateException] [99 more left out");
	}

	private OfflineAuditLog opened() {
		return OfflineAuditLog.builder(this.file, this.bundle)
			.clock(this.clock)
			.sealPace(Duration.ofDays(1))
			.listener((entry) -> this.heard.add(entry.action()))
			.open();
	}

	private void outcome(OfflineAuditLog log, String action) {
		log.appendOutcome(action, this.grant, "success", null, null);
	}

	private static SignedAuditEntry damaged(SignedAuditEntry entry) {
		return entry.withSignature("0".repeat(128));
	}

	private static List<SignedAuditEntry> entries(OfflineAuditLog log) {
		try (Stream<SignedAuditEntry> entries = log.read(1)) {
			return entries.toList();
		}
	}

	private static List<String> actions(OfflineAuditLog log) {
		return entries(log).stream().map(SignedAuditEntry::action).toList();
	}

	/**
	 * Lets the disk work again, and stops whoever writes to it first.
	 */
	private final class Gate {

		private final CountDownLatch reached = new CountDownLatch(1);

		private final CountDownLatch opened = new CountDownLatch(1);

		private final AtomicBoolean used = new AtomicBoolean();

		private Gate() {
			KeptOutcomesTests.this.disk.faults().clear();
			KeptOutcomesTests.this.disk.faults().before((operation) -> {
				if (operation instanceof DiskOperation.Write && this.used.compareAndSet(false, true)) {
					this.reached.countDown();
					awaitUninterrupted(this.opened);
				}
			});
		}

		void awaitReached() {
			awaitUninterrupted(this.reached);
		}

		void open() {
			this.opened.countDown();
		}

		private static void awaitUninterrupted(CountDownLatch latch) {
			try {
				assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new AssertionError("must not be interrupted", ex);
			}
		}

	}

}
