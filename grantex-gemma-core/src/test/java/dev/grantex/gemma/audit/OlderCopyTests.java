package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.disk.DiskImage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Older copies of files in the place of the present ones.
 */
class OlderCopyTests extends RecordedLogFixture {

	private static final String LOG = "audit.jsonl";

	private static final String SEAL = "audit.seal";

	/**
	 * When the older copy is made.
	 */
	enum Moment {

		RUNNING, CLOSED

	}

	private final List<DiskImage> older = new ArrayList<>();

	@ParameterizedTest
	@EnumSource
	void logIsTruncated(Moment moment) throws IOException {
		assertRefused(replaced(live(moment), LOG), AuditLogException.LOG_TRUNCATED);
	}

	@ParameterizedTest
	@EnumSource
	void sealIsRefused(Moment moment) throws IOException {
		assertRefused(replaced(live(moment), SEAL), AuditLogException.LOG_CORRUPTED);
	}

	@ParameterizedTest
	@EnumSource
	void logAndSealAreRefused(Moment moment) throws IOException {
		assertRefused(replaced(live(moment), LOG, SEAL), AuditLogException.LOG_CORRUPTED);
	}

	@ParameterizedTest
	@EnumSource
	void sealIsRefusedWhileNothingWasClosed(Moment moment) throws IOException {
		live(moment);
		try (OfflineAuditLog log = builder().open()) {
			append(log, 2);
			log.markSynchronized(6);
			assertRefused(replaced(present(), SEAL), AuditLogException.LOG_CORRUPTED);
		}
	}

	@Test
	void sealOfAClosedLogIsRefusedThoughItsGenerationIsNotNoted() throws IOException {
		Path file = replaced(live(Moment.CLOSED), SEAL);
		Files.delete(file.resolveSibling("audit-" + GRANT + ".lock"));
		refused(() -> builder(file).open(), AuditLogException.LOG_CORRUPTED);
	}

	/**
	 * Only the service can tell.
	 */
	@ParameterizedTest
	@EnumSource
	void everythingPassesLocally(Moment moment) throws IOException {
		live(moment);
		assertGoesOn(copy(this.older.get(0)), 3);
	}

	/**
	 * Appends three entries, which the older copy has, and three more.
	 */
	private DiskImage live(Moment moment) throws IOException {
		try (OfflineAuditLog log = builder().open()) {
			append(log, 3);
			log.markSynchronized(3);
			if (moment == Moment.RUNNING) {
				this.older.add(present());
			}
		}
		if (moment == Moment.CLOSED) {
			this.older.add(present());
		}
		try (OfflineAuditLog log = builder().open()) {
			append(log, 3);
		}
		return present();
	}

	private Path replaced(DiskImage present, String... names) throws IOException {
		Path former = Files.createTempDirectory(this.directory, "older");
		this.older.get(0).writeTo(former);
		return copy(present, (directory) -> {
			for (String name : names) {
				assertThat(former.resolve(name)).exists();
				Files.copy(former.resolve(name), directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
			}
		});
	}

}
