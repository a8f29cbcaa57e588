package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.file.FilesInside;
import dev.grantex.gemma.bundle.ConsentBundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for the size that all files of {@link OfflineAuditLog} may have together.
 */
class QuotaTests extends RetentionFixture {

	private static final long TOTAL = 12_000;

	@Test
	void deniesWhenWhatTheServiceDoesNotHaveFillsTheTotal() {
		try (OfflineAuditLog log = limited()) {
			fill(log);
			long head = log.headSequence();
			refused(log::checkWritable, AuditLogException.LOG_FULL);
			refused(() -> append(log, 1), AuditLogException.LOG_FULL);
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_FULL);
			assertThat(total()).isBetween(TOTAL * 3 / 4, TOTAL);
			assertKept(log, 1, head);
		}
	}

	@Test
	void goesOnAsSoonAsTheServiceHasSome() {
		try (OfflineAuditLog log = limited()) {
			fill(log);
			long head = log.headSequence();
			log.markSynchronized(5);
			assertThat(log.failure()).isNull();
			assertThatNoException().isThrownBy(log::checkWritable);
			assertKept(log, log.firstSequence(), head);
			assertThat(log.firstSequence()).isBetween(3L, 5L);
			append(log, 1);
			fill(log);
			log.markSynchronized(log.headSequence());
			append(log, 5);
			assertThat(verify(log).valid()).isTrue();
		}
		try (OfflineAuditLog log = limited()) {
			assertThat(verify(log).valid()).isTrue();
		}
	}

	@Test
	void theRoomIsAsSmallAfterARestart() {
		try (OfflineAuditLog log = limited()) {
			fill(log);
		}
		try (OfflineAuditLog log = limited()) {
			refused(log::checkWritable, AuditLogException.LOG_FULL);
			log.markSynchronized(2);
			append(log, 1);
		}
	}

	@Test
	void outcomesOfCallsUnderWayStillHaveRoom() {
		try (OfflineAuditLog log = limited()) {
			fill(log);
			SignedAuditEntry outcome = log.appendOutcome("tool:late", this.grant, "success", null, null);
			assertThat(outcome.seq()).isEqualTo(log.headSequence());
			assertThat(total()).isLessThanOrEqualTo(TOTAL);
		}
	}

	@Test
	void anOutcomeIsWrittenHoweverLittleRoomIsLeftButNoFurtherCall() {
		try (OfflineAuditLog log = limited()) {
			fill(log);
			long head = log.headSequence();
			log.appendOutcome("tool:late", this.grant, "success", large(2000), null);
			assertThat(log.headSequence()).isEqualTo(head + 1);
			refused(log::checkWritable, AuditLogException.LOG_FULL);
			log.markSynchronized(head + 1);
			log.checkWritable();
		}
	}

	@Test
	void deletesEarlierThanByAgeButNoMoreThanNecessary() {
		try (OfflineAuditLog log = limited()) {
			for (int i = 0; i < 40; i++) {
				append(log, 1);
				log.markSynchronized(log.headSequence());
				assertThat(total()).isLessThanOrEqualTo(TOTAL);
			}
			assertKept(log, log.firstSequence(), 40);
			assertThat(log.firstSequence()).isBetween(20L, 30L);
		}
	}

	@Test
	void closesAFileThatFillsTheTotalAloneSoThatItCanGo() throws IOException {
		try (OfflineAuditLog log = builder().maxSize(6000).maxTotalSize(TOTAL).open()) {
			write(this.directory.resolve("audit.jsonl.torn-1"), "x".repeat(6000));
			while (this.file.toFile().length() < 4000) {
				append(log, 1);
			}
			long head = log.headSequence();
			log.markSynchronized(head);
			assertThat(this.file).isEmptyFile();
			assertKept(log, head + 1, head);
			append(log, 1);
			assertKept(log, head + 1, head + 1);
			log.markSynchronized(head + 1);
		}
		try (OfflineAuditLog log = builder().maxSize(6000).maxTotalSize(TOTAL).open()) {
			assertKept(log, log.headSequence(), log.headSequence());
		}
	}

	@Test
	void aLogWithoutAnyFileGoesOnAfterARestart() throws IOException {
		long head;
		try (OfflineAuditLog log = builder().maxSize(6000).maxTotalSize(TOTAL).open()) {
			write(this.directory.resolve("audit.jsonl.torn-1"), "x".repeat(6000));
			while (this.file.toFile().length() < 4000) {
				append(log, 1);
			}
			head = log.headSequence();
			log.markSynchronized(head);
		}
		try (OfflineAuditLog log = open()) {
			assertKept(log, head + 1, head);
			append(log, 3);
			assertKept(log, head + 1, head + 3);
		}
	}

	@Test
	void neverClosesAFileThatMayNotBeRotated() throws IOException {
		try (OfflineAuditLog log = builder().maxSize(6000).maxTotalSize(TOTAL).rotateOnSize(false).open()) {
			write(this.directory.resolve("audit.jsonl.torn-1"), "x".repeat(9000));
			append(log, 2);
			log.markSynchronized(2);
			assertKept(log, 1, 2);
			refused(log::checkWritable, AuditLogException.LOG_FULL);
		}
	}

	@Test
	void countsWhatWasMovedAsideButNeverDeletesIt() throws IOException {
		List<String> evidence = List.of("audit.jsonl.torn-1", "audit.jsonl.open-2", "audit.seal.former-1",
				closed(1).getFileName() + ".torn-3");
		for (String name : evidence) {
			write(this.directory.resolve(name), "x".repeat(3300));
		}
		write(this.directory.resolve("audit.jsonl.bak"), "x".repeat(100_000));
		write(this.directory.resolve("bundle.enc"), "x".repeat(100_000));
		try (OfflineAuditLog log = builder().maxTotalSize(15_000).open()) {
			refused(log::checkWritable, AuditLogException.LOG_FULL);
			assertThat(names()).containsAll(evidence);
			Files.delete(this.directory.resolve("audit.jsonl.torn-1"));
			append(log, 2);
		}
	}

	@Test
	void whatAReplacedBundleHasToDeliverTakesRoomUntilItIs() {
		ConsentBundle next = TestBundles.forGrant("bundle_2", "grnt_2");
		try (OfflineAuditLog log = limited()) {
			fill(log);
		}
		try (OfflineAuditLog log = builder(next).maxTotalSize(TOTAL).open()) {
			refused(log::checkWritable, AuditLogException.LOG_FULL);
			try (OfflineAuditLog retired = builder().maxTotalSize(TOTAL).openRetired()) {
				retired.markSynchronized(6);
				assertThatNoException().isThrownBy(log::checkWritable);
				assertThat(sequences(retired, 7)).isNotEmpty();
				retired.markSynchronized(retired.headSequence());
			}
			append(log, 10);
			assertKept(log, 1, 10);
		}
	}

	@Test
	void aDiskThatCannotBeAskedIsNotFull() throws IOException {
		Path loop = this.directory.resolve("loop");
		Files.createSymbolicLink(loop, loop);
		assertThat(FilesInside.diskFault(loop)).isEqualTo(Fault.UNWRITABLE);
		assertThat(FilesInside.diskFault(this.directory.resolve("gone"))).isEqualTo(Fault.UNWRITABLE);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void aFileSystemThatDoesNotTellItsSizeIsNotFull() {
		assertThat(FilesInside.diskFault(Path.of("/proc/self"))).isNull();
		assertThat(FilesInside.diskFault(this.directory)).isNull();
	}

	@Test
	void theTotalMustHaveRoomForTwoFiles() {
		assertThatIllegalArgumentException().isThrownBy(() -> builder().maxTotalSize(0));
		assertThatIllegalArgumentException().isThrownBy(() -> builder().maxTotalSize(2 * MAX_SIZE - 1).open());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> builder().maxTotalSize(1000).maxSize(Long.MAX_VALUE).openRetired());
		assertThat(this.directory).isEmptyDirectory();
		builder().maxTotalSize(2 * MAX_SIZE).open().close();
	}

	@Test
	void staysWithinTheTotalUnderLoad() throws Exception {
		AtomicBoolean done = new AtomicBoolean();
		ExecutorService executor = Executors.newFixedThreadPool(4);
		int appended = 0;
		try (OfflineAuditLog log = builder().durability(Durability.OS).maxTotalSize(TOTAL).open()) {
			List<Future<Integer>> calls = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				calls.add(executor.submit(() -> callUntil(log, done)));
			}
			Future<?> reader = executor.submit(() -> verifyUntil(log, done));
			while (log.headSequence() < 100) {
				log.markSynchronized(log.headSequence());
				assertThat(total()).isLessThanOrEqualTo(TOTAL + MAX_SIZE);
			}
			done.set(true);
			reader.get(1, TimeUnit.MINUTES);
			for (Future<Integer> call : calls) {
				appended += call.get(1, TimeUnit.MINUTES);
			}
		}
		finally {
			done.set(true);
			executor.shutdownNow();
		}
		// While it was open, files could still be deleted after the last one was closed.
		try (OfflineAuditLog log = builder().maxTotalSize(TOTAL).open()) {
			assertKept(log, log.firstSequence(), appended);
		}
	}

	private int callUntil(OfflineAuditLog log, AtomicBoolean done) {
		int appended = 0;
		while (!done.get()) {
			try {
				log.checkWritable();
				log.appendOutcome("tool:x", this.grant, "success", null, null);
				appended++;
			}
			catch (AuditLogException ex) {
				assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_FULL);
			}
		}
		return appended;
	}

	private Void verifyUntil(OfflineAuditLog log, AtomicBoolean done) {
		while (!done.get()) {
			assertThat(verify(log).reason()).isNull();
		}
		return null;
	}

	private OfflineAuditLog limited() {
		return builder().maxTotalSize(TOTAL).open();
	}

	private void fill(OfflineAuditLog log) {
		for (int i = 0; i < 100; i++) {
			try {
				append(log, 1);
			}
			catch (AuditLogException ex) {
				assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_FULL);
				return;
			}
		}
		throw new AssertionError("Never full");
	}

}
