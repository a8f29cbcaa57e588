package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long entries are kept that the service has. A clock that stands too early keeps
 * them longer; one that runs ahead is believed up to the bundle's end only.
 */
final class RetentionPeriod {

	private final Duration retention;

	private final Clock clock;

	private final ClockFloor floor;

	RetentionPeriod(Duration retention, Clock clock, ClockFloor floor) {
		this.retention = retention;
		this.clock = clock;
		this.floor = floor;
	}

	/**
	 * Whether it is over for a moment.
	 */
	boolean isOverFor(Instant written) {
		Instant now = this.floor.bounded(this.clock.instant());
		return Duration.between(written, now).compareTo(this.retention) > 0;
	}

	/**
	 * The last entry in a closed file as it stands there, or nothing if it is damaged.
	 */
	static Optional<SignedAuditEntry> lastEntry(Path file) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			return LogTail.read(channel).lastEntry();
		}
		catch (AuditLogException ex) {
			return Optional.empty();
		}
	}

	/**
	 * When the last entry of a file was written: by its timestamp, or if it has none, by
	 * when the file was last changed.
	 */
	static Instant timeOf(Optional<SignedAuditEntry> last, Path file) throws IOException {
		Optional<Instant> written = last.flatMap((entry) -> parse(entry.timestamp()));
		return written.isPresent() ? written.get()
				: Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
	}

	private static Optional<Instant> parse(String timestamp) {
		try {
			return Optional.of(Instant.parse(timestamp));
		}
		catch (DateTimeException ex) {
			return Optional.empty();
		}
	}

}
