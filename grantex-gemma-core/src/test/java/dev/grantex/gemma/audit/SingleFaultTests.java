package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A disk on which any one operation fails once.
 */
class SingleFaultTests extends RecordedLogFixture {

	/** Room for three entries. */
	private static final long MAX_SIZE = 1600;

	private static final int NEVER = 0;

	private static final int MAX_ATTEMPTS = 5;

	/** The signatures of the entries, which stand nowhere else. */
	private final List<String> acknowledged = new ArrayList<>();

	@ParameterizedTest
	@EnumSource
	void nothingAcknowledgedIsLostWhateverFails(Durability durability) throws IOException {
		int operations = live(durability, NEVER);
		assertThat(operations).isGreaterThan(50);
		for (int failing = 1; failing <= operations; failing++) {
			live(durability, failing);
		}
	}

	/**
	 * Opens and closes a log, appends to it, and tries again what fails.
	 * @return how many operations that took
	 */
	private int live(Durability durability, int failing) throws IOException {
		AtomicInteger operations = new AtomicInteger();
		this.acknowledged.clear();
		this.disk = RecordingFileSystem.unforced(Files.createDirectory(this.directory.resolve("failing-" + failing)));
		this.file = this.disk.root().resolve("new/audit.jsonl");
		this.disk.faults().before((operation) -> {
			if (operations.incrementAndGet() == failing) {
				throw new IOException("Input/output error");
			}
		});
		AuditLogBuilder builder = builder().durability(durability).maxSize(MAX_SIZE);
		for (int start = 0; start < 2; start++) {
			OfflineAuditLog log = attempt(builder::open, failing);
			for (int i = 0; i < 5; i++) {
				appendTo(log, durability, failing);
			}
			attempt(() -> {
				log.markSynchronized(log.headSequence() - 1);
				return log;
			}, failing);
			appendTo(log, durability, failing);
			close(log);
		}
		int done = operations.get();
		this.disk.faults().clear();
		assertGoesOnWithEverything(failing);
		assertThat(this.acknowledged).as("forced after operation %d failed", failing).allMatch(loss().text()::contains);
		return done;
	}

	private void appendTo(OfflineAuditLog log, Durability durability, int failing) {
		SignedAuditEntry entry = attempt(() -> log.append("tool:x", this.grant, "success", null), failing);
		this.acknowledged.add(entry.signature());
		if (durability == Durability.FSYNC) {
			assertThat(loss().text()).as("forced while operation %d fails", failing).contains(entry.signature());
		}
	}

	private static <T> T attempt(Supplier<T> action, int failing) {
		for (int attempt = 1;; attempt++) {
			try {
				return action.get();
			}
			catch (AuditLogException ex) {
				assertThat(ex.reason()).as("operation %d fails", failing).isEqualTo(AuditLogException.LOG_UNWRITABLE);
				assertThat(attempt).as("attempts while operation %d fails", failing).isLessThan(MAX_ATTEMPTS);
			}
		}
	}

	private static void close(OfflineAuditLog log) {
		try {
			log.close();
		}
		catch (AuditLogException ex) {
			assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_UNWRITABLE);
		}
	}

	private void assertGoesOnWithEverything(int failing) {
		try (OfflineAuditLog log = builder().open(); Stream<SignedAuditEntry> entries = log.read(1)) {
			assertThat(entries.map(SignedAuditEntry::signature)).as("operation %d fails", failing)
				.containsAll(this.acknowledged);
			ChainVerification found = log.verify(ChainVerifier.fromStart(List.of(this.publicKey)));
			assertThat(found.valid()).as("%s while operation %d fails", found.reason(), failing).isTrue();
		}
	}

}
