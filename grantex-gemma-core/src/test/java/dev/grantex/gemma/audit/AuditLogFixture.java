package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.grant.VerifiedGrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A log on real files, with what the tests of {@link OfflineAuditLog} share. Seals are
 * only written when they must be at once, not in the middle of what a test does to the
 * files.
 */
abstract class AuditLogFixture {

	static final String GRANT = "grnt_01HXYZ123ABCDEF456GHJKMNPQ";

	final ConsentBundle bundle = AuditVectors.bundle();

	final String publicKey = this.bundle.offlineAuditKey().publicKey();

	final VerifiedGrant grant = AuditVectors.ownGrant();

	@TempDir
	Path directory;

	Path file;

	@BeforeEach
	void nameTheFile() {
		this.file = this.directory.resolve("audit.jsonl");
	}

	OfflineAuditLog open() {
		return unhurried().open();
	}

	OfflineAuditLog rotating(long maxSize) {
		return unhurried().maxSize(maxSize).open();
	}

	private AuditLogBuilder unhurried() {
		return OfflineAuditLog.builder(this.file, this.bundle).sealPace(Duration.ofDays(1));
	}

	int append(OfflineAuditLog log, int count) {
		for (int i = 0; i < count; i++) {
			log.append("tool:" + log.nextSequence(), this.grant, "success", Map.of("method", "A.b"));
		}
		return count;
	}

	static List<Long> sequences(OfflineAuditLog log, long from) {
		try (Stream<SignedAuditEntry> entries = log.read(from)) {
			return entries.map(SignedAuditEntry::seq).toList();
		}
	}

	List<String> names() {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.map((path) -> path.getFileName().toString()).sorted().toList();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static void write(Path path, String text) throws IOException {
		Files.writeString(path, text);
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
	}

	static void assertVerifies(Path file, int entries, String... keys) throws IOException {
		try (Stream<String> lines = Files.lines(file)) {
			ChainVerification found = HashChain.verify(lines, keys);
			assertThat(found.valid()).as(found.reason()).isTrue();
			assertThat(found.entries()).isEqualTo(entries);
		}
	}

	static void refused(ThrowingCallable call, String reason) {
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(call).returns(reason, AuditLogException::reason);
	}

}
