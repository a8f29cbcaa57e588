package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.ConsentBundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for what becomes of the files of a bundle that was replaced.
 */
class ReplacedChainTests extends RetentionFixture {

	private static final String SEAL = "audit-" + GRANT + ".seal";

	private static final String LOCK = "audit-" + GRANT + ".lock";

	private final ConsentBundle next = TestBundles.forGrant("bundle_2", "grnt_2");

	@BeforeEach
	void leaveAChain() {
		try (OfflineAuditLog log = open()) {
			append(log, 5);
			log.markSynchronized(5);
		}
	}

	@Test
	void isDeletedWhenItIsOldAndForgottenWhenItsBundleIsGone() {
		try (OfflineAuditLog log = openNext()) {
			assertThat(closedFiles()).containsExactly(1L, 3L, 5L);
			this.clock.advance(Duration.ofDays(31));
			append(log, 1);
		}
		try (OfflineAuditLog log = openNext()) {
			assertThat(closedFiles()).isEmpty();
			log.markSynchronized(1);
			assertThat(names()).contains(SEAL, LOCK);
			log.forgetReplaced(List.of("bundle_2", this.bundle.bundleId()));
			assertThat(names()).contains(SEAL, LOCK);
			log.forgetReplaced(List.of("bundle_2"));
			assertThat(names()).doesNotContain(SEAL, LOCK).contains("audit.seal", "audit-grnt_2.lock");
			assertKept(log, 1, 1);
		}
	}

	@Test
	void canBeOpenedUntilItIsForgotten() {
		try (OfflineAuditLog log = openNext()) {
			this.clock.advance(Duration.ofDays(31));
			append(log, 1);
			// They are deleted a little later, while nobody can open the chain.
			Awaitility.await().until(() -> closedFiles().isEmpty());
			for (int i = 0; i < 3; i++) {
				log.markSynchronized((i + 1) % 2);
				try (OfflineAuditLog retired = builder().openRetired()) {
					assertThat(retired.unsynchronized()).isZero();
				}
			}
			log.forgetReplaced(List.of());
			assertThat(names()).noneMatch((name) -> name.contains(GRANT));
		}
	}

	@Test
	void isNotForgottenWhileItHasFiles() {
		try (OfflineAuditLog log = openNext()) {
			log.forgetReplaced(List.of());
			assertThat(names()).contains(SEAL, LOCK);
			assertThat(closedFiles()).containsExactly(1L, 3L, 5L);
		}
	}

	@Test
	void onlyTheCurrentLogForgets() {
		this.clock.advance(Duration.ofDays(31));
		OfflineAuditLog log = openNext();
		log.retire();
		log.forgetReplaced(List.of());
		log.close();
		log.forgetReplaced(List.of());
		assertThat(names()).contains(SEAL);
	}

	@Test
	void staysWhileTheServiceDoesNotHaveAllOfIt() {
		try (OfflineAuditLog retired = builder().openRetired()) {
			retired.markSynchronized(4);
		}
		deliverNext();
		assertThat(closedFiles()).contains(5L);
		assertThat(names()).contains(SEAL, LOCK);
	}

	@Test
	void goesWhenTheServiceIsKnownToHaveWhatItsSealDoesNotSay() {
		try (OfflineAuditLog retired = builder().openRetired()) {
			retired.markSynchronized(4);
		}
		try (OfflineAuditLog log = openNext()) {
			log.noteAccepted(Map.of(GRANT, 4L));
			this.clock.advance(Duration.ofDays(31));
			append(log, 2);
			log.markSynchronized(1);
			assertThat(closedFiles()).contains(5L);
			log.noteAccepted(Map.of(GRANT, 5L));
			log.markSynchronized(2);
			assertThat(closedFiles()).isEmpty();
			log.forgetReplaced(List.of("bundle_2"));
			assertThat(names()).doesNotContain(SEAL, LOCK);
		}
	}

	@Test
	void staysWhileItIsOpen() {
		try (OfflineAuditLog retired = builder().openRetired()) {
			deliverNext();
			assertThat(sequences(retired, 1)).hasSize(5);
			this.clock.advance(Duration.ofDays(-31));
		}
		deliverNext();
		assertThat(names()).noneMatch((name) -> name.contains(GRANT));
	}

	@Test
	void staysWhenItsFilesGoOnAfterItsSeal() throws IOException {
		Files.writeString(this.file, "{\"seq\":6}\n", StandardOpenOption.APPEND);
		deliverNext();
		assertThat(closedFiles()).containsExactly(1L, 3L, 5L);
	}

	@Test
	void staysWhenItsSealIsMissingOrUnreadable() throws IOException {
		openNext().close();
		byte[] seal = Files.readAllBytes(this.directory.resolve(SEAL));
		Files.write(this.directory.resolve(SEAL), new byte[seal.length]);
		deliverNext();
		assertThat(closedFiles()).containsExactly(1L, 3L, 5L);
		Files.delete(this.directory.resolve(SEAL));
		deliverNext();
		assertThat(closedFiles()).containsExactly(1L, 3L, 5L);
		Files.write(this.directory.resolve("audit-other.seal"), seal);
		deliverNext();
		assertThat(names()).contains("audit-other.seal");
	}

	@Test
	void goesBeforeTheCurrentChainWhenThereIsNoRoom() {
		try (OfflineAuditLog log = builder(this.next).maxTotalSize(8000).open()) {
			assertThat(closedFiles()).containsExactly(1L, 3L, 5L);
			append(log, 5);
			log.markSynchronized(5);
			assertThat(closedFiles()).hasSizeLessThan(3).contains(5L);
			assertKept(log, 1, 5);
			try (OfflineAuditLog retired = builder().openRetired()) {
				assertKept(retired, closedFiles().get(0), 5);
			}
			append(log, 6);
			log.markSynchronized(11);
			assertThat(closedFiles()).isEmpty();
		}
	}

	@Test
	void canBeOpenedAgainWithoutItsFilesSoThatItsBundleCanBeForgotten() {
		this.clock.advance(Duration.ofDays(31));
		openNext().close();
		assertThat(closedFiles()).isEmpty();
		try (OfflineAuditLog retired = builder().openRetired()) {
			assertThat(retired.unsynchronized()).isZero();
			assertThat(retired.headSequence()).isEqualTo(5);
			assertKept(retired, 6, 5);
			append(retired, 1);
			assertThat(closedFiles()).containsExactly(6L);
		}
		try (OfflineAuditLog retired = builder().openRetired()) {
			assertKept(retired, 6, 6);
		}
	}

	@Test
	void canNeverBeContinuedWithoutItsFiles() {
		try (OfflineAuditLog log = openNext()) {
			append(log, 1);
		}
		this.clock.advance(Duration.ofDays(31));
		openNext().close();
		assertThat(closedFiles()).isEmpty();
		refused(this::open, AuditLogException.LOG_MISSING);
	}

	@Test
	void aChainThatWasOnlyBegunIsNotTouched() {
		builder(TestBundles.forGrant("bundle_3", "grnt_3")).begin();
		deliverNext();
		assertThat(names()).contains("audit-grnt_3.seal");
		assertThatNoException().isThrownBy(() -> builder(TestBundles.forGrant("bundle_3", "grnt_3")).open().close());
	}

	@Test
	void aChainThatNeverHadAnEntryIsForgotten() {
		builder(TestBundles.forGrant("bundle_3", "grnt_3")).open().close();
		deliverNext();
		assertThat(names()).noneMatch((name) -> name.contains("grnt_3"));
	}

	@Test
	void aRetiredLogLeavesOthersAlone() {
		OfflineAuditLog retired = openNext();
		retired.retire();
		append(retired, 1);
		this.clock.advance(Duration.ofDays(31));
		retired.markSynchronized(1);
		retired.close();
		assertThat(closedFiles()).containsExactly(1L, 3L, 5L);
	}

	@Test
	void anotherLogInTheSameDirectoryIsNotTouched() {
		ConsentBundle other = TestBundles.forGrant("bundle_3", "grnt_3");
		try (OfflineAuditLog beside = OfflineAuditLog.builder(this.directory.resolve("audit-b.jsonl"), other)
			.maxSize(MAX_SIZE)
			.retention(Duration.ofDays(365))
			.clock(this.clock)
			.open()) {
			append(beside, 5);
			beside.markSynchronized(5);
			deliverNext();
			assertThat(sequences(beside, 1)).hasSize(5);
		}
		deliverNext();
		assertThat(names()).contains("audit-b.seal", "audit-b.jsonl", "audit-b-grnt_3-000000000001.jsonl");
	}

	private OfflineAuditLog openNext() {
		return builder(this.next).open();
	}

	/**
	 * Lets everything be old that was there before.
	 */
	private void deliverNext() {
		this.clock.advance(Duration.ofDays(31));
		try (OfflineAuditLog log = openNext()) {
			append(log, 1);
			log.markSynchronized(log.headSequence());
			log.forgetReplaced(List.of("bundle_2"));
		}
	}

}
