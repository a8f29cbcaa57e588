package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.springframework.util.FileSystemUtils;

import dev.grantex.gemma.audit.store.file.FilesInside;
import dev.grantex.gemma.audit.store.file.SealRecord;
import dev.grantex.gemma.disk.DiskImage;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A log on a disk that records what is done to it, and copies of that disk with which
 * something has happened. Seals are only written when they must be at once.
 */
abstract class RecordedLogFixture extends AuditLogFixture {

	RecordingFileSystem disk;

	private Path copy;

	/**
	 * Something that happens to the files of a log that is not open.
	 */
	interface Accident {

		void happen(Path directory) throws IOException;

	}

	@BeforeEach
	void recordDisk() throws IOException {
		this.disk = RecordingFileSystem.unforced(Files.createDirectory(this.directory.resolve("disk")));
		this.copy = this.directory.resolve("copy");
		this.file = this.disk.root().resolve("audit.jsonl");
	}

	AuditLogBuilder builder() {
		return builder(this.file);
	}

	AuditLogBuilder builder(Path file) {
		return OfflineAuditLog.builder(file, this.bundle).sealPace(Duration.ofDays(1));
	}

	/**
	 * What is left in any case if power is lost now.
	 */
	DiskImage loss() {
		return this.disk.crashStates(1).durable(this.disk.operationCount());
	}

	/**
	 * What is there now.
	 */
	DiskImage present() throws IOException {
		return DiskImage.of(this.directory.resolve("disk"));
	}

	Path copy(DiskImage image) throws IOException {
		return copy(image, (directory) -> {
		});
	}

	/**
	 * A copy of a disk after an accident. There is only one copy at a time.
	 * @return the log in it
	 */
	Path copy(DiskImage image, Accident accident) throws IOException {
		FileSystemUtils.deleteRecursively(this.copy);
		image.writeTo(Files.createDirectory(this.copy));
		accident.happen(this.copy);
		return RecordingFileSystem.unforced(this.copy).root().resolve("audit.jsonl");
	}

	/**
	 * Opens a log, appends to it and verifies it.
	 * @param entries how many entries it must have had
	 */
	void assertGoesOn(Path file, long entries) {
		try (OfflineAuditLog log = builder(file).open()) {
			assertThat(log.headSequence()).isEqualTo(entries);
			append(log, 1);
			ChainVerification found = log.verify(ChainVerifier.fromStart(List.of(this.publicKey)));
			assertThat(found.valid()).as(found.reason()).isTrue();
			assertThat(found.entries()).isEqualTo(entries + 1);
		}
	}

	/**
	 * Asserts that a log is refused, and that its files stay as they are.
	 */
	void assertRefused(Path file, String reason) throws IOException {
		DiskImage before = DiskImage.of(this.copy);
		refused(() -> builder(file).open(), reason);
		assertThat(DiskImage.of(this.copy).files()).isEqualTo(before.files());
	}

	static Path seal(Path directory) {
		return directory.resolve("audit.seal");
	}

	/**
	 * What the seal of a log states.
	 */
	static SealRecord statement(Path directory) {
		return FilesInside.statement(seal(directory));
	}

}
