package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;
import dev.grantex.gemma.disk.DiskImage;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the log of a revoked bundle whose private key was erased after everything was
 * delivered.
 */
class ErasedKeyTests extends RetentionFixture {

	private static final Map<String, String> FACTS = Map.of("reason", "revoked");

	private final ConsentBundle erased = AuditVectors.withKey(StoredLogFixture.storedBundle(),
			new OfflineAuditKey(this.publicKey, null, "Ed25519"));

	@Test
	void opensReadOnlyHoweverOften() throws IOException {
		Instant floor = deliver();
		Map<Path, ByteBuffer> before = DiskImage.of(this.directory).files();
		for (int i = 0; i < 3; i++) {
			try (OfflineAuditLog log = openErased()) {
				assertKept(log, 1, 7);
				assertThat(log.failure()).isNull();
				assertThat(log.unsynchronized()).isZero();
				assertThat(log.sealed().isRevoked()).isTrue();
				assertThat(log.sealed().clockFloor().instant()).isEqualTo(floor);
				log.sealed().clockFloor().observe(floor.plusSeconds(3600));
				log.markSynchronized(7);
			}
			assertThat(DiskImage.of(this.directory).files()).isEqualTo(before);
		}
	}

	@Test
	void nothingCanBeWrittenAndThatIsNoFaultOfTheLog() throws IOException {
		deliver();
		Map<Path, ByteBuffer> before = DiskImage.of(this.directory).files();
		try (OfflineAuditLog log = openErased()) {
			refused(log::checkWritable, AuditLogException.KEY_UNUSABLE);
			refused(() -> append(log, 1), AuditLogException.KEY_UNUSABLE);
			refused(() -> log.appendOutcome("a", this.grant, "success", null, null), AuditLogException.KEY_UNUSABLE);
			refused(() -> log.appendIntent("a", this.grant, null), AuditLogException.KEY_UNUSABLE);
			for (int i = 0; i < 20; i++) {
				refused(() -> log.appendDenial("a", this.grant, FACTS, Map.of()), AuditLogException.KEY_UNUSABLE);
			}
			log.flushDenials();
			try (Stream<SignedAuditEntry> entries = log.read(7)) {
				assertThat(entries).singleElement()
					.satisfies((entry) -> refused(() -> log.resign(entry), AuditLogException.KEY_UNUSABLE));
			}
			assertThat(log.failure()).isNull();
			assertThat(log.unwritten()).isZero();
		}
		assertThat(DiskImage.of(this.directory).files()).isEqualTo(before);
	}

	@Test
	void opensAfterACrashToo() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		OfflineAuditLog crashed = open();
		append(crashed, 7);
		crashed.markSynchronized(7);
		Path copy = this.directory.resolve("copy");
		DiskImage image = disk.crashStates(1).durable(disk.operationCount());
		crashed.close();
		image.writeTo(Files.createDirectory(copy));
		this.file = copy.resolve("audit.jsonl");
		for (int i = 0; i < 2; i++) {
			try (OfflineAuditLog log = openErased()) {
				assertKept(log, 1, 7);
				refused(log::checkWritable, AuditLogException.KEY_UNUSABLE);
			}
		}
	}

	@Test
	void aRetiredOneOpensToo() throws IOException {
		deliver();
		builder(TestBundles.forGrant("bundle_2", "grnt_2")).open().close();
		Map<Path, ByteBuffer> before = DiskImage.of(this.directory).files();
		for (int i = 0; i < 2; i++) {
			try (OfflineAuditLog log = builder(this.erased).openRetired()) {
				assertKept(log, 1, 7);
			}
			assertThat(DiskImage.of(this.directory).files()).isEqualTo(before);
		}
	}

	@Test
	void aBundleThatReplacesItTakesTheActiveFile() throws IOException {
		deliver();
		try (OfflineAuditLog log = openErased()) {
			log.retire();
			try (OfflineAuditLog next = builder(TestBundles.forGrant("bundle_2", "grnt_2")).open()) {
				append(next, 1);
			}
		}
		assertThat(closedFiles()).containsExactly(1L, 3L, 5L, 7L);
	}

	@Test
	void itsFilesStayAsLongAsItIsTheCurrentOne() throws IOException {
		deliver();
		this.clock.advance(Duration.ofDays(100));
		try (OfflineAuditLog log = openErased()) {
			assertKept(log, 1, 7);
		}
		assertThat(builder(this.erased).archive().lastSequence()).isEqualTo(7);
	}

	private Instant deliver() {
		ConsentBundle stored = StoredLogFixture.storedBundle();
		builder(stored).begin();
		try (OfflineAuditLog log = builder(stored).open()) {
			append(log, 7);
			log.sealed().clockFloor().observe(stored.checkpointAt().plusSeconds(1000));
			log.sealed().markRevoked();
			log.markSynchronized(7);
			assertThat(log.verify(log.verifier(List.of(this.publicKey))).valid()).isTrue();
			return log.sealed().clockFloor().instant();
		}
	}

	private OfflineAuditLog openErased() {
		return builder(this.erased).open();
	}

}
