package dev.grantex.gemma.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

import dev.grantex.gemma.audit.store.file.FilesInside;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A log whose files hold two entries each, under a clock that can be set.
 */
abstract class RetentionFixture extends AuditLogFixture {

	static final int MAX_SIZE = 1500;

	final TestClock clock = new TestClock();

	AuditLogBuilder builder() {
		return builder(this.bundle);
	}

	AuditLogBuilder builder(ConsentBundle bundle) {
		return OfflineAuditLog.builder(this.file, bundle)
			.maxSize(MAX_SIZE)
			.clock(this.clock)
			.sealPace(Duration.ofDays(1))
			.patience(Duration.ofMinutes(1));
	}

	@Override
	OfflineAuditLog open() {
		return builder().open();
	}

	Path closed(String grantId, long first) {
		return this.directory.resolve("audit-" + grantId + "-" + String.format(Locale.ROOT, "%012d", first) + ".jsonl");
	}

	Path closed(long first) {
		return closed(GRANT, first);
	}

	/**
	 * The first sequence numbers of the closed files of a grant.
	 */
	List<Long> closedFiles(String grantId) {
		try {
			return FilesInside.closedFiles(this.file, grantId);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	List<Long> closedFiles() {
		return closedFiles(GRANT);
	}

	/**
	 * How many bytes all files with entries have, or what was moved aside from them.
	 */
	long total() {
		return names().stream()
			.filter((name) -> name.contains(".jsonl") && !name.endsWith(".lock"))
			.mapToLong((name) -> this.directory.resolve(name).toFile().length())
			.sum();
	}

	/**
	 * Checks that exactly the entries from one on are there, and hold.
	 */
	void assertKept(OfflineAuditLog log, long first, long last) {
		assertThat(log.firstSequence()).isEqualTo(first);
		assertThat(sequences(log, 1)).isEqualTo(LongStream.rangeClosed(first, last).boxed().toList());
		assertThat(verify(log)).isEqualTo(new ChainVerification(true, -1, null, (int) (last - first + 1), List.of()));
		assertThat(log.headSequence()).isEqualTo(last);
		assertThat(log.damages()).isEmpty();
	}

	/**
	 * Verifies all that is kept, anew when some of it is deleted meanwhile.
	 */
	ChainVerification verify(OfflineAuditLog log) {
		while (true) {
			ChainVerifier verifier = log.verifier(List.of(this.publicKey));
			try {
				return log.verify(verifier);
			}
			catch (AuditLogException ex) {
				assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_MISSING);
				assertThat(log.firstSequence()).isGreaterThan(verifier.nextSequence());
			}
		}
	}

	/**
	 * Rewrites a text in a file.
	 */
	static void tamper(Path file, String before, String after) throws IOException {
		String text = Files.readString(file);
		assertThat(text).contains(before);
		write(file, text.replace(before, after));
	}

	static Map<String, Object> large(int length) {
		return Map.of("text", "x".repeat(length));
	}

}
