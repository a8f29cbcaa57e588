package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.TestClock;
import dev.grantex.gemma.disk.DiskOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the time after which {@link OfflineAuditLog} deletes closed files.
 */
class RetentionTests extends RetentionFixture {

	@Test
	void deletesClosedFilesWhenTheyAreOldAndTheServiceHasThem() {
		try (OfflineAuditLog log = open()) {
			append(log, 7);
			log.markSynchronized(7);
			this.clock.advance(Duration.ofDays(30));
			log.markSynchronized(6);
			assertKept(log, 1, 7);
			this.clock.advance(Duration.ofMillis(1));
			log.markSynchronized(7);
			assertKept(log, 7, 7);
			append(log, 2);
		}
		assertThat(closedFiles()).containsExactly(7L);
		try (OfflineAuditLog log = open()) {
			assertKept(log, 7, 9);
		}
	}

	@Test
	void deletesThemWhenOpening() {
		try (OfflineAuditLog log = open()) {
			append(log, 7);
			log.markSynchronized(7);
		}
		this.clock.advance(Duration.ofDays(31));
		try (OfflineAuditLog log = open()) {
			assertKept(log, 7, 7);
		}
	}

	@Test
	void deletesThemSoonAfterAFileIsClosed() {
		try (OfflineAuditLog log = open()) {
			append(log, 4);
			log.markSynchronized(4);
			this.clock.advance(Duration.ofDays(31));
			append(log, 1);
			Awaitility.await().until(() -> log.firstSequence() == 5);
		}
	}

	@Test
	void neverDeletesWhatTheServiceDoesNotHave() {
		try (OfflineAuditLog log = open()) {
			append(log, 7);
			this.clock.advance(Duration.ofDays(1000));
			log.markSynchronized(3);
			assertKept(log, 3, 7);
		}
		try (OfflineAuditLog log = open()) {
			assertKept(log, 3, 7);
		}
	}

	@Test
	void keepsNewerFilesAndWhatComesAfterThem() {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
			this.clock.advance(Duration.ofDays(40));
			append(log, 2);
			this.clock.advance(Duration.ofDays(-40));
			append(log, 3);
			this.clock.advance(Duration.ofDays(50));
			log.markSynchronized(7);
			assertKept(log, 3, 7);
		}
	}

	@Test
	void neverDeletesTheFileThatIsAppendedTo() {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
			log.markSynchronized(2);
		}
		this.clock.advance(Duration.ofDays(1000));
		try (OfflineAuditLog log = open()) {
			assertKept(log, 1, 2);
		}
	}

	@Test
	void believesAClockOnlyUpToTheBundlesEnd() {
		ConsentBundle ending = endingIn(Duration.ofDays(3));
		try (OfflineAuditLog log = builder(ending).open()) {
			append(log, 7);
			this.clock.advance(Duration.ofDays(20_000));
			log.markSynchronized(7);
			assertKept(log, 1, 7);
			log.refresh(endingIn(Duration.ofDays(33)));
			log.markSynchronized(6);
			assertKept(log, 7, 7);
		}
	}

	@Test
	void aClockThatStandsTooEarlyDeletesNothing() {
		try (OfflineAuditLog log = open()) {
			append(log, 7);
			this.clock.set(Instant.EPOCH);
			log.markSynchronized(7);
			assertKept(log, 1, 7);
			this.clock.set(Instant.MIN);
			log.markSynchronized(6);
			assertKept(log, 1, 7);
		}
	}

	@Test
	void goesByTheFilesTimeWhereAnEntryHasNone() throws IOException {
		writeUntimed();
		Files.setLastModifiedTime(closed(1), FileTime.from(this.clock.instant()));
		try (OfflineAuditLog log = open()) {
			log.markSynchronized(4);
			this.clock.advance(Duration.ofDays(29));
			log.markSynchronized(3);
			assertThat(log.firstSequence()).isEqualTo(1);
			this.clock.advance(Duration.ofDays(2));
			log.markSynchronized(4);
			assertThat(log.firstSequence()).isEqualTo(3);
		}
	}

	@Test
	void deletesADamagedFileThatTheServiceHas() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 7);
			log.markSynchronized(7);
		}
		tamper(closed(1), "tool:2", "tool:!");
		tamper(closed(5), "tool:6", "tool:!");
		Files.setLastModifiedTime(closed(1), FileTime.from(this.clock.instant()));
		Files.setLastModifiedTime(closed(5), FileTime.from(this.clock.instant()));
		this.clock.advance(Duration.ofDays(31));
		try (OfflineAuditLog log = open()) {
			// What the chain would begin after is not known before this file is followed.
			assertThat(log.firstSequence()).isEqualTo(5);
			append(log, 2);
			log.markSynchronized(8);
			assertKept(log, 7, 9);
		}
	}

	@Test
	void goesOnWhenAClosedFileThatTheServiceHasVanishes() throws IOException {
		leave(7);
		try (OfflineAuditLog log = open()) {
			Files.delete(closed(3));
			log.markSynchronized(7);
			assertThat(log.firstSequence()).isEqualTo(1);
			this.clock.advance(Duration.ofDays(31));
			log.markSynchronized(5);
			assertKept(log, 5, 7);
			log.markSynchronized(7);
			assertKept(log, 7, 7);
		}
	}

	@Test
	void deletesNothingWhileTheLogIsInDoubt() throws IOException {
		leave(7);
		try (OfflineAuditLog log = open()) {
			log.markSynchronized(4);
			tamper(closed(5), "\"tool:6\",", "\"tool:6\" ");
			refused(() -> sequences(log, 5), AuditLogException.LOG_CORRUPTED);
			this.clock.advance(Duration.ofDays(31));
			log.markSynchronized(3);
			assertThat(log.firstSequence()).isEqualTo(1);
		}
		assertThat(closedFiles()).containsExactly(1L, 3L, 5L);
	}

	@Test
	void whatCannotBeDeletedIsNoFaultAndIsDeletedLater() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		try (OfflineAuditLog log = open()) {
			append(log, 7);
			disk.faults().before((operation) -> {
				if (operation instanceof DiskOperation.Delete) {
					throw new IOException("Operation not permitted");
				}
			});
			this.clock.advance(Duration.ofDays(31));
			log.markSynchronized(4);
			assertThat(closedFiles()).containsExactly(1L, 3L, 5L);
			assertThat(log.failure()).isNull();
			append(log, 1);
			assertKept(log, 5, 8);
		}
		try (OfflineAuditLog log = open()) {
			assertKept(log, 5, 8);
			disk.faults().clear();
			log.markSynchronized(5);
			assertThat(closedFiles()).containsExactly(5L);
		}
	}

	@Test
	void deletesFilesWhoseStartWasSealedBeforeACrash() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 7);
		}
		byte[] first = Files.readAllBytes(closed(1));
		byte[] second = Files.readAllBytes(closed(3));
		try (OfflineAuditLog log = open()) {
			this.clock.advance(Duration.ofDays(31));
			log.markSynchronized(7);
			assertKept(log, 7, 7);
		}
		write(closed(1), new String(first));
		write(closed(3), new String(second));
		try (OfflineAuditLog log = open()) {
			assertKept(log, 7, 7);
		}
		assertThat(closedFiles()).isEmpty();
		assertThat(names()).noneMatch((name) -> name.contains("torn"));
	}

	@Test
	void thePositionCannotBeSetBackBehindWhatIsKept() {
		try (OfflineAuditLog log = open()) {
			append(log, 7);
			this.clock.advance(Duration.ofDays(31));
			log.markSynchronized(7);
			assertThat(log.firstSequence()).isEqualTo(7);
			refused(() -> log.markSynchronized(5), AuditLogException.LOG_MISSING);
			refused(() -> log.markSynchronized(0), AuditLogException.LOG_MISSING);
			assertThat(log.synchronizedThrough()).isEqualTo(7);
			assertThat(log.failure()).isNull();
			log.markSynchronized(6);
			assertKept(log, 7, 7);
		}
	}

	@Test
	void aReaderThatIsTooLateIsTold() {
		try (OfflineAuditLog log = open(); Stream<SignedAuditEntry> entries = log.read(1)) {
			append(log, 7);
			ChainVerifier verifier = ChainVerifier.fromStart(List.of(this.publicKey));
			try (Stream<SignedAuditEntry> all = log.read(1)) {
				this.clock.advance(Duration.ofDays(31));
				log.markSynchronized(7);
				refused(all::toList, AuditLogException.LOG_MISSING);
			}
			refused(() -> log.verify(verifier), AuditLogException.LOG_MISSING);
			assertThat(log.firstSequence()).isGreaterThan(verifier.nextSequence());
			assertThat(verify(log).valid()).isTrue();
			assertThat(log.failure()).isNull();
			assertThat(log.damages()).isEmpty();
			assertThat(entries).isEmpty();
		}
	}

	@Test
	void theRetentionMustBePositive() {
		assertThatIllegalArgumentException().isThrownBy(() -> builder().retention(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> builder().retention(Duration.ofDays(-1)));
		try (OfflineAuditLog log = builder().retention(Duration.ofSeconds(Long.MAX_VALUE)).open()) {
			append(log, 7);
			log.markSynchronized(7);
			assertKept(log, 1, 7);
		}
	}

	/**
	 * Writes a chain and closes it, so that what is deleted a little after a file is
	 * closed is not deleted in the middle of the test.
	 */
	private void leave(int entries) {
		try (OfflineAuditLog log = open()) {
			append(log, entries);
		}
	}

	private ConsentBundle endingIn(Duration duration) {
		return new ConsentBundle(this.bundle.bundleId(), this.bundle.grantToken(), this.bundle.jwksSnapshot(),
				this.bundle.offlineAuditKey(), this.bundle.checkpointAt(), this.bundle.syncEndpoint(),
				TestClock.START.plus(duration));
	}

	/**
	 * A log of somebody else's with two entries in each file, that tell no time.
	 */
	private void writeUntimed() throws IOException {
		EntrySigner signer = EntrySigner.of(this.bundle.offlineAuditKey());
		StringBuilder lines = new StringBuilder();
		String previous = WireForm.GENESIS;
		for (int seq = 1; seq <= 4; seq++) {
			String hash = HashChain.computeHash(seq, "t", "a", "d", GRANT, List.of("s"), "r", null, previous);
			lines
				.append(new SignedAuditEntry(seq, "t", "a", "d", GRANT, List.of("s"), "r", null, previous, hash,
						signer.sign(hash))
					.toJson())
				.append('\n');
			previous = hash;
			if (seq == 2) {
				write(closed(1), lines.toString());
				lines.setLength(0);
			}
		}
		write(this.file, lines.toString());
	}

}
