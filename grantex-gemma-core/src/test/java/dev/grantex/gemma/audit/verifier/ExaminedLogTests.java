package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.AuditVectors;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.audit.TestBundles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.grant.VerifiedGrant;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link VerifierCommand} says of logs that {@link OfflineAuditLog} wrote.
 */
class ExaminedLogTests extends AuditorFixture {

	private final ConsentBundle bundle = AuditVectors.bundle();

	private final VerifiedGrant grant = AuditVectors.ownGrant();

	private Path file;

	@BeforeEach
	void nameTheFiles() throws IOException {
		this.file = Files.createDirectory(this.directory.resolve("log")).resolve("audit.jsonl");
		this.key = write("bundle.pem", this.bundle.offlineAuditKey().publicKey());
	}

	private void append(OfflineAuditLog log, int count) {
		for (int i = 0; i < count; i++) {
			log.append("tool:read", this.grant, "success", Map.of("method", "A.b"));
		}
	}

	private Path[] logs() throws IOException {
		try (Stream<Path> files = Files.list(this.file.getParent())) {
			List<Path> logs = new ArrayList<>(
					files.filter((path) -> path.getFileName().toString().endsWith(".jsonl")).toList());
			Collections.shuffle(logs, new Random(1));
			return logs.toArray(new Path[0]);
		}
	}

	@Test
	void aRotatedLogHoldsWithItsSeal() throws IOException {
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle).maxSize(2000).open()) {
			append(log, 40);
		}
		assertThat(logs().length).isGreaterThan(5);
		Outcome outcome = verify(logs());
		assertThat(outcome.code()).as(outcome.out()).isZero();
		assertThat(outcome.chain().get("extent").get("intactEntries").intValue()).isEqualTo(40);
		JsonNode seal = outcome.chain().get("seals").get(0);
		assertThat(seal.get("state").stringValue()).isEqualTo("holds");
		assertThat(seal.get("statement").get("sequence").intValue()).isEqualTo(40);
		assertThat(seal.get("statement").get("closed").booleanValue()).isTrue();
	}

	@Test
	void aLogThatIsBeingWrittenHolds() throws IOException {
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, this.bundle)) {
			append(log, 3);
			assertThat(verify(this.file).code()).isZero();
		}
	}

	@Test
	void entriesThatWereCutOffShow() throws IOException {
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, this.bundle)) {
			append(log, 5);
		}
		List<String> lines = Files.readAllLines(this.file);
		Files.write(this.file, (String.join("\n", lines.subList(0, 4)) + "\n").getBytes(StandardCharsets.UTF_8));
		Outcome outcome = verify(this.file);
		assertThat(outcome.code()).isOne();
		assertThat(outcome.chain().get("seals").get(0).get("state").stringValue()).isEqualTo("truncated");
	}

	@Test
	void intentsAndFoldedDenialsAreUnderstood() throws IOException {
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, this.bundle)) {
			SignedAuditEntry intent = log.appendIntent("tool:read", this.grant, Map.of());
			log.appendIntent("tool:read", this.grant, Map.of());
			log.appendOutcome("tool:read", this.grant, "success", Map.of(), intent);
			for (int i = 0; i < 500; i++) {
				log.appendDenial("tool:rm", this.grant, Map.of("reason", "scope_violation"), Map.of());
			}
		}
		JsonNode chain = verify(this.file).chain();
		assertThat(chain.get("findings").get("unfinished").get("listed").toString()).isEqualTo("[2]");
		JsonNode denial = chain.get("activity").get("denials").get(0);
		assertThat(denial.get("denials").intValue()).isEqualTo(500);
		assertThat(denial.get("entries").intValue()).isLessThan(20);
	}

	@Test
	void chainsOfSeveralBundlesHoldWithTheirSeals() throws IOException {
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, this.bundle)) {
			append(log, 5);
		}
		ConsentBundle next = TestBundles.forGrant("bundle_2", "grnt_2");
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, next)) {
			log.append("tool:read", null, "success", Map.of());
		}
		Outcome outcome = verify(logs());
		assertThat(outcome.code()).as(outcome.out()).isZero();
		assertThat(outcome.report().get("chains").size()).isEqualTo(2);
		outcome.report().get("chains").forEach((chain) -> assertThat(chain.get("seals").size()).isOne());
		assertThat(outcome.report().get("otherSeals").size()).isZero();
	}

}
