package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.verifier.AuditorFixture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.disk.DiskOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for closed files with entries that the service does not have, which somebody
 * takes away or changes while the log is open.
 */
class UndeliveredFilesTests extends RetentionFixture {

	/**
	 * What somebody does to a file.
	 */
	enum Change {

		DELETED(AuditLogException.LOG_MISSING) {
			@Override
			void make(Path file) throws IOException {
				Files.delete(file);
			}
		},

		TRUNCATED(AuditLogException.LOG_TRUNCATED) {
			@Override
			void make(Path file) throws IOException {
				Files.writeString(file, firstLine(file));
			}
		},

		REPLACED_BY_ANOTHER(AuditLogException.LOG_MISSING) {
			@Override
			void make(Path file) throws IOException {
				replace(file, "somebody else's\n");
			}
		},

		REPLACED_BY_AN_OLDER_COPY(AuditLogException.LOG_MISSING) {
			@Override
			void make(Path file) throws IOException {
				replace(file, firstLine(file));
			}
		},

		REPLACED_BY_A_CHANGED_COPY(AuditLogException.LOG_MISSING) {
			@Override
			void make(Path file) throws IOException {
				replace(file, Files.readString(file).replaceFirst("success", "Success"));
			}
		},

		LINKED(AuditLogException.LOG_UNSAFE) {
			@Override
			void make(Path file) throws IOException {
				Path elsewhere = file.resolveSibling("linked");
				Files.move(file, elsewhere);
				Files.createSymbolicLink(file, elsewhere);
			}
		},

		WRITABLE_BY_OTHERS(AuditLogException.LOG_UNSAFE) {
			@Override
			void make(Path file) throws IOException {
				Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
			}
		};

		private final String reason;

		Change(String reason) {
			this.reason = reason;
		}

		abstract void make(Path file) throws IOException;

		private static String firstLine(Path file) throws IOException {
			return Files.readAllLines(file).get(0) + "\n";
		}

		private static void replace(Path file, String text) throws IOException {
			Path other = file.resolveSibling("other");
			write(other, text);
			Files.delete(file);
			Files.move(other, file);
		}

	}

	@ParameterizedTest
	@EnumSource
	void deniesWhileAFileIsNotWhatItWasAndGoesOnOnceItIsBack(Change change) throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 5);
			String content = Files.readString(closed(3));
			change.make(closed(3));
			refused(log::checkFiles, change.reason);
			assertThat(log.failure()).isEqualTo(change.reason);
			refused(log::checkWritable, change.reason);
			refused(() -> append(log, 1), change.reason);
			Files.deleteIfExists(closed(3));
			refused(log::checkWritable, AuditLogException.LOG_MISSING);
			write(closed(3), content);
			log.checkWritable();
			assertThat(log.failure()).isNull();
			append(log, 1);
			assertKept(log, 1, 6);
		}
		try (OfflineAuditLog log = open()) {
			assertKept(log, 1, 6);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whoReadsAFileThatIsNotWhatItWasFindsItToo(Change change) throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 5);
			String content = Files.readString(closed(3));
			change.make(closed(3));
			refused(() -> sequences(log, 1), change.reason);
			refused(log::checkWritable, change.reason);
			assertThat(log.damages()).isEmpty();
			Files.deleteIfExists(closed(3));
			write(closed(3), content);
			append(log, 1);
			assertKept(log, 1, 6);
		}
	}

	@Test
	void isFoundWhenTheNextFileIsClosed() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 3);
			Files.delete(closed(1));
			Awaitility.await().untilAsserted(() -> {
				log.appendOutcome("tool:x", this.grant, "success", null, null);
				assertThat(log.failure()).isEqualTo(AuditLogException.LOG_MISSING);
			});
		}
		refused(this::open, AuditLogException.LOG_MISSING);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatIsTakenAwayInTheMomentItIsClosedDeniesUntilItIsBack(boolean atOnce) throws IOException {
		Path elsewhere = this.directory.resolve("elsewhere");
		try (OfflineAuditLog log = open(atOnce, () -> Files.move(closed(3), elsewhere))) {
			append(log, 5);
			refused(log::checkFiles, AuditLogException.LOG_MISSING);
			refused(() -> append(log, 1), AuditLogException.LOG_MISSING);
			Files.move(elsewhere, closed(3));
			append(log, 3);
			assertKept(log, 1, 8);
		}
		assertReopens(8);
	}

	@Test
	void whatIsExchangedBeforeItsNameIsDurableDeniesUntilBothAreBack() throws IOException {
		try (OfflineAuditLog log = open(false, this::exchange)) {
			append(log, 5);
			refused(log::checkFiles, AuditLogException.LOG_MISSING);
			exchange();
			append(log, 3);
			assertKept(log, 1, 8);
		}
		assertReopens(8);
	}

	@Test
	void whatIsExchangedInTheMomentItIsClosedDeniesUntilTheOtherIsTakenOutOfItsPlace() throws IOException {
		try (OfflineAuditLog log = open(true, this::exchange)) {
			append(log, 4);
			refused(() -> append(log, 1), AuditLogException.LOG_MISSING);
			assertThat(log.fault()).returns(true, AuditLogException::isDisplaced);
			Files.delete(closed(1));
			Files.move(this.directory.resolve("audit.jsonl"), closed(1));
			append(log, 4);
			assertKept(log, 1, 8);
		}
		assertReopens(8);
	}

	/**
	 * Opens a log to whose second file something is done when it has just been closed.
	 * @param atOnce whether before the log can look at it, or only before it is durable
	 */
	private OfflineAuditLog open(boolean atOnce, Attack attack) throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		AtomicBoolean done = new AtomicBoolean();
		if (atOnce) {
			disk.faults().afterRenaming((renamed) -> attackOnce(renamed.equals(closed(3)), done, attack));
		}
		else {
			disk.faults()
				.before((operation) -> attackOnce(operation instanceof DiskOperation.Force && Files.exists(closed(3)),
						done, attack));
		}
		return open();
	}

	private static void attackOnce(boolean due, AtomicBoolean done, Attack attack) throws IOException {
		if (due && done.compareAndSet(false, true)) {
			attack.run();
		}
	}

	private interface Attack {

		void run() throws IOException;

	}

	private void exchange() throws IOException {
		Path between = this.directory.resolve("between");
		Files.move(closed(1), between);
		Files.move(closed(3), closed(1));
		Files.move(between, closed(3));
	}

	private void assertReopens(long last) {
		try (OfflineAuditLog log = open()) {
			assertKept(log, 1, last);
		}
	}

	@Test
	void outcomesOfCallsUnderWayAreRecordedAllTheSame() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 3);
			Path elsewhere = Files.move(closed(1), this.directory.resolve("elsewhere"));
			refused(log::checkFiles, AuditLogException.LOG_MISSING);
			assertThat(log.appendOutcome("tool:late", this.grant, "success", null, null).seq()).isEqualTo(4);
			assertThat(log.unwritten()).isZero();
			Files.move(elsewhere, closed(1));
			assertThatNoException().isThrownBy(log::checkFiles);
			assertKept(log, 1, 4);
		}
	}

	@Test
	void aFileThatTheServiceHasIsNotMissed() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 5);
			log.markSynchronized(2);
			Files.delete(closed(1));
			log.checkFiles();
			append(log, 2);
			assertThat(sequences(log, 3)).containsExactly(3L, 4L, 5L, 6L, 7L);
		}
		try (OfflineAuditLog log = open()) {
			append(log, 1);
		}
	}

	@Test
	void filesThatWereFoundAtTheStartAreMissedToo() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 5);
		}
		try (OfflineAuditLog log = open()) {
			Path copy = Files.copy(closed(1), this.directory.resolve("copy"));
			Files.delete(closed(1));
			Files.delete(closed(3));
			refused(log::checkFiles, AuditLogException.LOG_MISSING);
			Files.move(copy, closed(1));
			refused(log::checkWritable, AuditLogException.LOG_MISSING);
		}
		refused(this::open, AuditLogException.LOG_MISSING);
	}

	@Test
	void aRenamedDirectoryDeniesUntilItsClosedFilesAreBack() throws IOException {
		this.directory = Files.createDirectory(this.directory.resolve("log"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		this.file = this.directory.resolve("audit.jsonl");
		Path elsewhere = this.directory.resolveSibling("elsewhere");
		try (OfflineAuditLog log = open()) {
			append(log, 5);
			Files.move(this.directory, elsewhere);
			refused(log::checkFiles, AuditLogException.LOG_MISSING);
			refused(log::checkWritable, AuditLogException.LOG_MISSING);
			// What is still known of the log may have been written again by now.
			Files.createDirectories(this.directory);
			for (long first : List.of(1L, 3L)) {
				Files.move(elsewhere.resolve(closed(first).getFileName()), closed(first));
			}
			append(log, 2);
			assertKept(log, 1, 7);
		}
	}

	@Test
	void theVerifierFindsItMissingInTheLogAndInItsArchive() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 7);
			log.markSynchronized(1);
			Files.delete(closed(1));
			Files.delete(closed(3));
		}
		AuditorFixture.Outcome found = verified(this.directory);
		assertThat(found.code()).isOne();
		assertThat(found.out()).contains("2 to 4 are missing");
		found = verified(this.directory.resolve(builder().archive().name()));
		assertThat(found.code()).isOne();
		assertThat(found.out()).contains("2 to 4 are missing");
	}

	@Test
	void theVerifierTakesWhatTheServiceHasForDeleted() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 7);
			log.markSynchronized(4);
			Files.delete(closed(1));
			Files.delete(closed(3));
		}
		AuditorFixture.Outcome found = verified(this.directory);
		assertThat(found.code()).isZero();
		assertThat(found.out()).contains("1 to 4 are not kept here");
	}

	private AuditorFixture.Outcome verified(Path directory) throws IOException {
		Path key = Files.writeString(this.directory.resolve("key.pem"), this.publicKey);
		List<String> args = new ArrayList<>(List.of("--public-key", key.toString()));
		try (Stream<Path> files = Files.list(directory)) {
			files.map(Path::toString).filter((file) -> file.endsWith(".jsonl")).sorted().forEach(args::add);
		}
		return AuditorFixture.outcome(args);
	}

	@Test
	void anErrorOfTheDiskIsNoDamage() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		try (OfflineAuditLog log = open()) {
			append(log, 5);
			disk.faults().beforeReading(() -> {
				throw new IOException("Input/output error");
			});
			refused(() -> sequences(log, 1), AuditLogException.LOG_UNWRITABLE);
			disk.faults().clear();
			append(log, 1);
			assertThat(sequences(log, 1)).hasSize(6);
			assertThat(log.damages()).isEmpty();
		}
	}

}
