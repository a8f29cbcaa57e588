package dev.grantex.gemma.audit;

import java.io.IOException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a disk that has less room than all files of a log may take.
 */
@ExtendWith(OutputCaptureExtension.class)
class SmallDiskTests extends RetentionFixture {

	private static final int ENTRY = 50_000;

	private static final long DISK = 2_000_000;

	private RecordingFileSystem disk;

	@BeforeEach
	void putTheLogOnASmallDisk() throws IOException {
		this.disk = RecordingFileSystem.unforced(this.directory);
		this.file = this.disk.root().resolve("audit.jsonl");
		this.disk.faults().small(DISK, true);
	}

	@Override
	AuditLogBuilder builder(ConsentBundle bundle) {
		return super.builder(bundle).maxSize(3 * ENTRY);
	}

	@Test
	void deliveredFilesMakeRoomBeforeTheRetentionPeriodIsOver() {
		try (OfflineAuditLog log = open()) {
			for (int i = 0; i < 80; i++) {
				call(log);
				log.markSynchronized(log.headSequence());
			}
			assertKept(log, log.firstSequence(), 80);
			// No more than what leaves a megabyte.
			assertThat(total()).isBetween(DISK / 4, DISK);
		}
		try (OfflineAuditLog log = open()) {
			assertKept(log, log.firstSequence(), 80);
		}
	}

	@Test
	void theyDoWhereOnlyAFailedWriteTellsThatThereIsNoRoom() {
		this.disk.faults().small(DISK, false);
		try (OfflineAuditLog log = open()) {
			while (log.firstSequence() == 1) {
				try {
					call(log);
					log.markSynchronized(log.headSequence());
				}
				catch (AuditLogException ex) {
					assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_UNWRITABLE);
					Awaitility.await().ignoreExceptions().untilAsserted(log::checkWritable);
				}
			}
			assertThat(log.unwritten()).isZero();
			assertThat(log.failure()).isNull();
			assertKept(log, log.firstSequence(), log.headSequence());
		}
	}

	@Test
	void whatIsDeliveredMakesRoomAlsoIfNothingMoreIsAccepted() {
		try (OfflineAuditLog log = open()) {
			for (int i = 0; i < 15; i++) {
				call(log);
			}
			log.markSynchronized(log.headSequence());
			long others = DISK - total() - 100_000;
			this.disk.faults().small(DISK - others, true);
			call(log);
			assertThat(log.failure()).isNull();
			assertThat(log.firstSequence()).isGreaterThan(3);
		}
	}

	@Test
	void whatTheServiceDoesNotHaveIsNeverDeletedAndCallsGoOnOnceItHas(CapturedOutput output) {
		try (OfflineAuditLog log = open()) {
			fill(log);
			long head = log.headSequence();
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_FULL);
			assertKept(log, 1, head);
			log.markSynchronized(7);
			assertThat(log.failure()).isNull();
			assertThat(log.firstSequence()).isBetween(2L, 8L);
			call(log);
			assertKept(log, log.firstSequence(), head + 1);
			assertThat(output.getOut().split("before the retention period is over", -1)).hasSize(2);
		}
	}

	@Test
	void roomThatSomebodyElseMakesEndsItToo() {
		try (OfflineAuditLog log = open()) {
			fill(log);
			this.disk.faults().small(2 * DISK, true);
			call(log);
			assertThat(log.failure()).isNull();
		}
	}

	@Test
	void aFileThatFillsTheDiskAloneIsClosedSoThatItCanGo() {
		try (OfflineAuditLog log = builder().maxSize(DISK).open()) {
			fill(log);
			log.markSynchronized(log.headSequence());
			call(log);
			assertKept(log, log.headSequence(), log.headSequence());
		}
	}

	@Test
	void whatAFormerBundleHasDeliveredMakesRoomFirst() {
		ConsentBundle next = TestBundles.forGrant("bundle_2", "grnt_2");
		try (OfflineAuditLog log = open()) {
			for (int i = 0; i < 15; i++) {
				call(log);
			}
			log.markSynchronized(log.headSequence());
		}
		int former = closedFiles().size();
		try (OfflineAuditLog log = builder(next).open()) {
			for (int i = 0; i < 15; i++) {
				call(log);
				log.markSynchronized(log.headSequence());
			}
			assertThat(log.firstSequence()).isEqualTo(1);
			assertThat(closedFiles()).hasSizeLessThan(former);
		}
	}

	private void call(OfflineAuditLog log) {
		log.checkWritable();
		log.appendOutcome("tool:x", this.grant, "success", large(ENTRY), null);
	}

	private void fill(OfflineAuditLog log) {
		for (int i = 0; i < 100; i++) {
			try {
				call(log);
			}
			catch (AuditLogException ex) {
				assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_FULL);
				return;
			}
		}
		throw new AssertionError("Never full");
	}

}
