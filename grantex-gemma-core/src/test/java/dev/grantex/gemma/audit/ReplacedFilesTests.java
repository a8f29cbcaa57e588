package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for files that somebody deletes, moves or replaces, mostly while the log is open.
 */
class ReplacedFilesTests extends StoredLogFixture {

	private static final List<String> DENYING = List.of(AuditLogException.LOG_MISSING,
			AuditLogException.LOG_UNWRITABLE);

	@ParameterizedTest
	@EnumSource(Durability.class)
	void aDeletedFileIsRestoredWithAllThatWasAcknowledged(Durability durability) throws IOException {
		try (OfflineAuditLog log = create(durability)) {
			appendAcknowledged(log, 3);
			Files.delete(this.file);
			appendOnceNoticed(log);
			appendAcknowledged(log, 2);
			this.acknowledgements.assertKeptBy(log);
			this.acknowledgements.assertKeptOnDisk(this.file);
		}
		assertReopens();
	}

	@ParameterizedTest
	@EnumSource(Durability.class)
	void aFileThatWasDeletedIsBackWhenTheLogIsClosed(Durability durability) throws IOException {
		try (OfflineAuditLog log = create(durability)) {
			appendAcknowledged(log, 3);
			Files.delete(this.file);
		}
		this.acknowledgements.assertKeptOnDisk(this.file);
		assertReopens();
	}

	@ParameterizedTest
	@EnumSource(Durability.class)
	void everyAcknowledgedEntrySurvivesHoweverOftenTheFileIsDeletedUnderLoad(Durability durability) throws Exception {
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		AtomicBoolean over = new AtomicBoolean();
		builder().begin();
		try (OfflineAuditLog log = builder().durability(durability).sealPace(Duration.ofMillis(500)).open()) {
			List<Thread> writers = IntStream.range(0, 4)
				.mapToObj((i) -> new Thread(() -> appendUntil(over, log)))
				.toList();
			writers.forEach(Thread::start);
			while (log.headSequence() < 400 && !AuditLogException.LOG_CORRUPTED.equals(log.failure())) {
				Files.deleteIfExists(this.directory.resolve("audit.jsonl"));
				Thread.yield();
			}
			over.set(true);
			for (Thread writer : writers) {
				writer.join();
			}
			// The log may be trying itself just now, and who comes meanwhile is refused.
			Awaitility.await().untilAsserted(() -> assertThatNoException().isThrownBy(log::checkWritable));
			this.acknowledgements.assertKeptBy(log);
		}
		this.acknowledgements.assertKeptOnDisk(this.directory.resolve("audit.jsonl"));
		assertReopens();
	}

	@Test
	void aFileThatIsDeletedInTheMomentInWhichItIsReopenedIsNotBegunAnew() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		try (OfflineAuditLog log = create(Durability.FSYNC)) {
			appendAcknowledged(log, 3);
			disk.faults().failForces();
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			disk.faults().clear();
			disk.faults().beforeOpening((opened) -> {
				if (opened.endsWith("audit.jsonl")) {
					disk.faults().clear();
					Files.delete(opened);
				}
			});
			refused(log::checkWritable, AuditLogException.LOG_UNWRITABLE);
			log.checkWritable();
			appendAcknowledged(log, 1);
			this.acknowledgements.assertKeptBy(log);
		}
		assertReopens();
	}

	private void appendUntil(AtomicBoolean over, OfflineAuditLog log) {
		while (!over.get()) {
			try {
				SignedAuditEntry entry = log.append("tool:x", this.grant, "success", null);
				synchronized (this.acknowledgements) {
					this.acknowledgements.add(entry.seq(), entry.hash());
				}
			}
			catch (AuditLogException ex) {
				// Its caller is told that it is not on record.
			}
		}
	}

	@Test
	void aFileThatWasMovedAwayIsRestored() throws IOException {
		Path elsewhere = this.directory.resolve("moved.jsonl");
		try (OfflineAuditLog log = create(Durability.FSYNC)) {
			appendAcknowledged(log, 3);
			Files.move(this.file, elsewhere);
			appendOnceNoticed(log);
			appendAcknowledged(log, 1);
		}
		assertThat(Files.readAllLines(elsewhere)).hasSizeGreaterThanOrEqualTo(3);
		assertReopens();
	}

	@ParameterizedTest
	@EnumSource(Durability.class)
	void aForeignFileInItsPlaceDeniesUntilItIsMovedAway(Durability durability) throws IOException {
		try (OfflineAuditLog log = create(durability)) {
			appendAcknowledged(log, 3);
			Files.delete(this.file);
			write(this.file, "somebody else's\n");
			assertDenies(log);
			assertThat(this.file).hasContent("somebody else's\n");
			Files.move(this.file, this.directory.resolve("foreign"));
			log.checkWritable();
			appendAcknowledged(log, 2);
			assertThat(log.failure()).isNull();
			this.acknowledgements.assertKeptBy(log);
		}
		assertThat(this.directory.resolve("foreign")).hasContent("somebody else's\n");
		assertReopens();
	}

	@Test
	void aLinkInItsPlaceDeniesUntilItIsMovedAway() throws IOException {
		Path elsewhere = this.directory.resolve("moved.jsonl");
		try (OfflineAuditLog log = create(Durability.FSYNC)) {
			appendAcknowledged(log, 3);
			Files.move(this.file, elsewhere);
			Files.createSymbolicLink(this.file, elsewhere);
			assertDenies(log);
			Files.delete(this.file);
			appendAcknowledged(log, 1);
		}
		assertReopens();
	}

	@Test
	void aDeletedDirectoryDeniesOrIsRestored() throws IOException {
		this.file = this.directory.resolve("deep/er/audit.jsonl");
		try (OfflineAuditLog log = create(Durability.FSYNC)) {
			appendAcknowledged(log, 3);
			deleteAll(this.file.getParent());
			appendOnceNoticed(log);
			appendAcknowledged(log, 2);
			this.acknowledgements.assertKeptBy(log);
		}
		this.acknowledgements.assertKeptOnDisk(this.file);
		assertReopens();
	}

	@Test
	void aDirectoryThatCannotBeRestoredDeniesUntilItCan() throws IOException {
		this.file = this.directory.resolve("deep/audit.jsonl");
		try (OfflineAuditLog log = create(Durability.FSYNC)) {
			appendAcknowledged(log, 3);
			deleteAll(this.file.getParent());
			write(this.file.getParent(), "in the way");
			assertDenies(log);
			Files.delete(this.file.getParent());
			appendAcknowledged(log, 1);
		}
		assertReopens();
	}

	@Test
	void tryingToRestoreAFileLeavesNoCopiesOnAFullDisk() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		try (OfflineAuditLog log = create(Durability.FSYNC)) {
			appendAcknowledged(log, 3);
			Files.delete(this.file);
			disk.faults().full(1_000);
			for (int i = 0; i < 3; i++) {
				refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			}
			assertThat(names()).filteredOn((name) -> name.contains("restored")).hasSizeLessThan(2);
			disk.faults().clear();
			appendAcknowledged(log, 1);
		}
		assertReopens();
	}

	@Test
	void aClosedFileThatIsGoneIsMissedByWhoeverReadsIt() throws IOException {
		builder().begin();
		try (OfflineAuditLog log = builder().maxSize(2_000).open()) {
			appendAcknowledged(log, 10);
			Path first = Acknowledgements.files(this.file).get(0);
			Files.move(first, this.directory.resolve("elsewhere"));
			refused(() -> sequences(log, 1), AuditLogException.LOG_MISSING);
			refused(() -> log.verify(ChainVerifier.fromStart(List.of(this.publicKey))), AuditLogException.LOG_MISSING);
			Files.move(this.directory.resolve("elsewhere"), first);
			appendAcknowledged(log, 2);
			this.acknowledgements.assertKeptBy(log);
		}
		assertReopens();
	}

	@Test
	void aDeletedSealIsWrittenAgain() throws IOException {
		Path seal = seal();
		try (OfflineAuditLog log = create(Durability.FSYNC)) {
			appendAcknowledged(log, 3);
			Files.delete(seal);
			appendAcknowledged(log, 1);
		}
		assertThat(seal).isRegularFile();
		assertReopens();
	}

	@Test
	void refusesALinkInPlaceOfTheSeal() throws IOException {
		try (OfflineAuditLog log = create(Durability.FSYNC)) {
			appendAcknowledged(log, 1);
		}
		Path moved = this.directory.resolve("moved");
		Files.move(seal(), moved);
		byte[] before = Files.readAllBytes(moved);
		Files.createSymbolicLink(seal(), moved);
		refused(this::open, AuditLogException.LOG_UNSAFE);
		Files.delete(seal());
		Files.createLink(seal(), moved);
		refused(this::open, AuditLogException.LOG_UNSAFE);
		Files.delete(moved);
		assertThat(Files.readAllBytes(seal())).isEqualTo(before);
		assertReopens();
	}

	@ParameterizedTest
	@ValueSource(strings = { "rw--w--w-", "rw-----w-" })
	void refusesASealThatOthersMayWrite(String mode) throws IOException {
		create(Durability.FSYNC).close();
		Files.setPosixFilePermissions(seal(), PosixFilePermissions.fromString(mode));
		refused(this::open, AuditLogException.LOG_UNSAFE);
	}

	@Test
	void aLinkInPlaceOfTheSealOfAnOpenLogIsNotWrittenThrough() throws IOException {
		Path target = this.directory.resolve("target");
		write(target, " ".repeat(8192));
		try (OfflineAuditLog log = create(Durability.FSYNC)) {
			appendAcknowledged(log, 1);
			Files.delete(seal());
			Files.createSymbolicLink(seal(), target);
			appendAcknowledged(log, 1);
			closeQuietly(log);
		}
		assertThat(target).hasContent(" ".repeat(8192));
		refused(this::open, AuditLogException.LOG_UNSAFE);
	}

	private Path seal() {
		return this.file.resolveSibling("audit.seal");
	}

	/**
	 * Appends and forces until the log has noticed that its file is gone, which at most
	 * one caller is told of.
	 */
	private void appendOnceNoticed(OfflineAuditLog log) {
		try {
			appendAcknowledged(log, 1);
			log.read(1).close();
		}
		catch (AuditLogException ex) {
			assertThat(ex.reason()).isEqualTo(log.failure()).isIn(DENYING);
		}
	}

	private void assertDenies(OfflineAuditLog log) {
		appendOnceNoticed(log);
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(log::checkWritable);
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> append(log, 1))
			.extracting(AuditLogException::reason)
			.isEqualTo(log.failure())
			.isIn(DENYING);
	}

	private void assertReopens() throws IOException {
		try (OfflineAuditLog log = open()) {
			this.acknowledgements.assertKeptBy(log);
			appendAcknowledged(log, 1);
		}
		this.acknowledgements.assertKeptOnDisk(this.file);
	}

	private static void closeQuietly(OfflineAuditLog log) {
		try {
			log.close();
		}
		catch (AuditLogException ex) {
			assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_UNSAFE);
		}
	}

	private static void deleteAll(Path directory) throws IOException {
		List<Path> all = new ArrayList<>();
		try (Stream<Path> paths = Files.walk(directory)) {
			paths.sorted(Comparator.reverseOrder()).forEach(all::add);
		}
		for (Path path : all) {
			Files.delete(path);
		}
	}

}
