package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.disk.CrashState;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for losses of power and failing disks while a chain is archived.
 */
class ArchivingCrashTests extends RetentionFixture {

	@TempDir
	private Path states;

	@Test
	void whereverPowerIsLostArchivingAgainFinishes() throws IOException {
		leave();
		RecordingFileSystem disk = record();
		ArchivedChain archived = builder().archive();
		Map<String, String> contents = contents(archived);
		Map<Object, CrashState> different = new LinkedHashMap<>();
		disk.crashStates(3).all().forEach((state) -> different.putIfAbsent(state.image().files(), state));
		assertThat(different).hasSizeGreaterThan(15);
		for (CrashState state : different.values()) {
			restore(Files.createTempDirectory(this.states, "state"));
			state.image().writeTo(this.directory);
			assertThat(builder().archive()).as(state.toString()).isEqualTo(archived);
			assertThat(contents(archived)).as(state.toString()).isEqualTo(contents);
			assertThat(names()).as(state.toString()).containsExactly("archive", "audit.jsonl.lock");
		}
	}

	@Test
	void whateverFailsArchivingAgainFinishes() throws IOException {
		leave();
		Map<String, String> files = ArchivingTests.contents(this.directory);
		ArchivedChain archived = builder().archive();
		Map<String, String> contents = contents(archived);
		AtomicInteger operations = new AtomicInteger();
		int failing = 0;
		do {
			failing++;
			restore(Files.createTempDirectory(this.states, "failing"));
			for (Map.Entry<String, String> file : files.entrySet()) {
				write(this.directory.resolve(file.getKey()), file.getValue());
			}
			RecordingFileSystem disk = record();
			operations.set(0);
			int failingOperation = failing;
			disk.faults().before((operation) -> {
				if (operations.incrementAndGet() == failingOperation) {
					throw new IOException("Input/output error");
				}
			});
			if (fails()) {
				assertThat(builder().archive()).as("after operation %d failed", failing).isEqualTo(archived);
			}
			assertThat(contents(archived)).as("after operation %d failed", failing).isEqualTo(contents);
			assertThat(names()).as("after operation %d failed", failing).containsExactly("archive", "audit.jsonl.lock");
		}
		while (operations.get() >= failing);
		assertThat(failing).isGreaterThan(20);
	}

	@Test
	void whatIsListedWasForced() throws IOException {
		try (OfflineAuditLog log = builder().durability(Durability.OS).open()) {
			append(log, 3);
		}
		RecordingFileSystem disk = record();
		Files.writeString(this.file, "{\"seq\":9");
		ArchivedChain archived = builder().archive();
		disk.crashStates(1).durable(disk.operationCount()).writeTo(restore(this.states.resolve("durable")));
		assertThat(builder().archive()).isEqualTo(archived);
	}

	private boolean fails() {
		try {
			builder().archive();
			return false;
		}
		catch (AuditLogException ex) {
			assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_UNWRITABLE);
			return true;
		}
	}

	private void leave() {
		try (OfflineAuditLog log = open()) {
			append(log, 5);
		}
	}

	private Map<String, String> contents(ArchivedChain archived) throws IOException {
		return ArchivingTests.contents(this.directory.resolve(archived.name()));
	}

	private RecordingFileSystem record() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		return disk;
	}

	private Path restore(Path directory) throws IOException {
		this.directory = Files.createDirectories(directory);
		this.file = directory.resolve("audit.jsonl");
		return directory;
	}

}
