package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.store.file.SealFile;
import dev.grantex.gemma.disk.DiskImage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A single bit of a log or its seal that is not as it was written.
 */
class BitFlipTests extends RecordedLogFixture {

	private static final int ENTRIES = 20;

	/** Prime to 8, so that every bit of a byte gets its turn. */
	private static final int SAMPLE = 661;

	private static final int LARGE_SAMPLE = 5;

	private DiskImage closed;

	private DiskImage running;

	@BeforeEach
	void fillLog() throws IOException {
		try (OfflineAuditLog log = builder().open()) {
			append(log, ENTRIES / 2);
			log.markSynchronized(1);
			append(log, ENTRIES / 2);
			this.running = loss();
		}
		this.closed = present();
	}

	@Test
	void isDetectedInTheLog() throws IOException {
		assertDetectedInLog(this.closed, SAMPLE);
	}

	@Test
	void isDetectedInTheLogAfterALossOfPower() throws IOException {
		assertDetectedInLog(this.running, SAMPLE);
	}

	@Test
	void isDetectedInTheSeal() throws IOException {
		assertDetectedInSeal(SAMPLE);
	}

	/**
	 * The service has that entry, so the chain goes on.
	 */
	@Test
	void isReportedInTheGrantOfTheFirstEntry() throws IOException {
		Path copy = copy(this.closed);
		int grant = Files.readString(copy).indexOf(GRANT);
		Path log = flipped(this.closed, "audit.jsonl", 8L * grant);
		try (OfflineAuditLog opened = builder(log).open()) {
			assertThat(opened.headSequence()).isEqualTo(ENTRIES);
			assertThat(opened.verify(ChainVerifier.fromStart(List.of(this.publicKey))).brokenAt()).isZero();
		}
	}

	@Tag("endurance")
	@Test
	void isDetectedEverywhereInTheLog() throws IOException {
		assertDetectedInLog(this.closed, 1);
	}

	@Tag("endurance")
	@Test
	void isDetectedAllOverTheLogAfterALossOfPower() throws IOException {
		assertDetectedInLog(this.running, LARGE_SAMPLE);
	}

	@Tag("endurance")
	@Test
	void isDetectedAllOverTheSeal() throws IOException {
		assertDetectedInSeal(LARGE_SAMPLE);
	}

	private void assertDetectedInLog(DiskImage image, int step) throws IOException {
		long bits = 8 * Files.size(copy(image));
		for (long bit = 0; bit < bits; bit += step) {
			Path log = flipped(image, "audit.jsonl", bit);
			assertThat(isDetected(log)).as("bit %d", bit).isTrue();
		}
	}

	/**
	 * A log that does not open, one that does not verify, and one whose end was moved
	 * aside, which is reported, have all been found.
	 */
	private boolean isDetected(Path file) {
		try (OfflineAuditLog log = builder(file).open()) {
			boolean valid = log.verify(ChainVerifier.fromStart(List.of(this.publicKey))).valid();
			return !valid || Files.exists(file.resolveSibling("audit.jsonl.torn-1"));
		}
		catch (AuditLogException ex) {
			assertThat(ex.reason()).isIn(AuditLogException.LOG_CORRUPTED, AuditLogException.LOG_TRUNCATED);
			return true;
		}
	}

	/**
	 * The slot before the latest is no longer looked at, and overwritten by the next
	 * seal, whatever is in it. Everywhere else nothing may be different.
	 */
	private void assertDetectedInSeal(int step) throws IOException {
		long generation = statement(copy(this.closed).getParent()).generation();
		long slot = 8L * SealFile.SLOT_SIZE;
		for (long bit = 0; bit < 2 * slot; bit += step) {
			Path log = flipped(this.closed, "audit.seal", bit);
			if (bit / slot == generation % 2) {
				assertRefused(log, AuditLogException.LOG_CORRUPTED);
			}
			else {
				assertGoesOn(log, ENTRIES);
			}
		}
	}

	private Path flipped(DiskImage image, String name, long bit) throws IOException {
		return copy(image, (directory) -> {
			Path file = directory.resolve(name);
			byte[] bytes = Files.readAllBytes(file);
			bytes[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
			Files.write(file, bytes);
		});
	}

}
