package dev.grantex.gemma.audit.store.file;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.audit.store.AuditStore;
import dev.grantex.gemma.audit.store.AuditStoreContractTests;

/**
 * The store in files keeps what every store promises.
 */
class FileStoreTests extends AuditStoreContractTests {

	@TempDir
	private Path directory;

	@Override
	protected AuditStore createStore() {
		return new FileStore(new FileStore.Settings(this.directory.resolve("audit.jsonl"), true, 50_000, true,
				Duration.ofDays(30), 10_000_000, Clock.systemUTC(), Duration.ofMillis(500), Duration.ofSeconds(2)));
	}

}
