package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.grantex.gemma.disk.CrashStates;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

/**
 * What is recorded before calls, and calls that never ended.
 */
@ExtendWith(OutputCaptureExtension.class)
class RecordingIntentsTests extends AuditLogFixture {

	@Test
	void anIntentIsForcedWhateverTheDurability() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle).durability(Durability.OS).open()) {
			append(log, 1);
			log.append("tool:plain", this.grant, "success", null);
			CrashStates plain = disk.crashStates(1);
			assertThatIllegalArgumentException().isThrownBy(() -> plain.durableAfter("tool:plain"));
			log.appendIntent("tool:alert", this.grant, null);
			CrashStates intended = disk.crashStates(1);
			assertThat(intended.durableAfter("tool:alert")).isLessThanOrEqualTo(disk.operationCount());
		}
	}

	@Test
	void theOutcomeNamesItsIntent() {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
			SignedAuditEntry intent = log.appendIntent("tool:alert", this.grant, Map.of("to", "phone"));
			assertThat(intent.result()).isEqualTo("started");
			assertThat(intent.metadata()).containsExactly(entry("to", "phone"));
			SignedAuditEntry outcome = log.appendOutcome("tool:alert", this.grant, "success", Map.of("sent", true),
					intent);
			assertThat(outcome.metadata()).containsExactly(entry("intent", 3L), entry("sent", true));
		}
	}

	@Test
	void anApplicationCannotEndACallThatIsUnderWay() throws IOException {
		try (OfflineAuditLog log = open()) {
			log.appendIntent("tool:alert", this.grant, Map.of("intent", 1));
			assertThat(log.append("tool:x", this.grant, "success", Map.of("intent", 1)).metadata())
				.containsExactly(entry("intent_2", 1L));
			assertThat(log.appendOutcome("tool:y", this.grant, "success", Map.of("intent", 1), null).metadata())
				.containsExactly(entry("intent_2", 1L));
			assertThat(openCopy()).containsExactly(1L);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void callsThatWereUnderWayWhenTheProcessEndedAreReportedOnce(boolean sealed, CapturedOutput output)
			throws IOException {
		try (OfflineAuditLog log = open()) {
			SignedAuditEntry done = log.appendIntent("tool:a", this.grant, null);
			SignedAuditEntry cut = log.appendIntent("tool:b", this.grant, null);
			log.appendOutcome("tool:a", this.grant, "error", null, done);
			append(log, 3);
			assertThat(log.unfinished()).isEmpty();
			if (sealed) {
				log.sealed().markRefreshPending(true);
			}
			assertThat(openCopy()).containsExactly(2L);
			assertThat(output).contains("of 1 entries there is no outcome, such as of [2]");
			assertThat(reopenCopy()).isEmpty();
			log.appendOutcome("tool:b", this.grant, "success", null, cut);
			assertThat(openCopy()).isEmpty();
		}
	}

	@Test
	void callsThatAreLeftBehindWhenTheLogIsClosedAreReported() {
		try (OfflineAuditLog log = open()) {
			log.appendIntent("tool:a", this.grant, null);
			append(log, 1);
		}
		try (OfflineAuditLog log = open()) {
			assertThat(log.unfinished()).containsExactly(1L);
		}
		try (OfflineAuditLog log = open()) {
			assertThat(log.unfinished()).isEmpty();
		}
	}

	@Test
	void callsBegunAfterFilesThatAreGoneAreReported() throws IOException {
		try (OfflineAuditLog log = rotating(10)) {
			log.appendIntent("tool:a", this.grant, null);
			append(log, 2);
			log.appendIntent("tool:b", this.grant, null);
			append(log, 1);
			log.markSynchronized(3);
		}
		Files.delete(this.directory.resolve("audit-" + GRANT + "-000000000001.jsonl"));
		try (OfflineAuditLog log = open()) {
			assertThat(log.unfinished()).containsExactly(4L);
		}
	}

	@Test
	void callsThatNeverEndTakeBoundedMemory() {
		OpenIntents intents = new OpenIntents();
		for (long i = 1; i <= 100_000; i++) {
			intents.note(new SignedAuditEntry(i, "", "", "", "", List.of(), "started", null, "", "", ""));
		}
		assertThat(intents.all()).hasSize(20_000);
		assertThat(intents.oldest()).isEqualTo(80_001);
	}

	private List<Long> openCopy() throws IOException {
		Path copy = this.directory.resolve("copy");
		Files.createDirectories(copy);
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path original : files.filter(Files::isRegularFile).toList()) {
				Files.copy(original, copy.resolve(original.getFileName()), StandardCopyOption.COPY_ATTRIBUTES,
						StandardCopyOption.REPLACE_EXISTING);
			}
		}
		return reopenCopy();
	}

	private List<Long> reopenCopy() {
		try (OfflineAuditLog log = OfflineAuditLog.open(this.directory.resolve("copy/audit.jsonl"), this.bundle)) {
			return List.copyOf(log.unfinished());
		}
	}

}
