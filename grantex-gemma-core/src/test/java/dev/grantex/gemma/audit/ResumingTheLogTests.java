package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for opening a log that an earlier run left behind, whole or damaged.
 */
class ResumingTheLogTests extends AuditLogFixture {

	@ParameterizedTest
	@EnumSource(Durability.class)
	void goesOnAfterARestart(Durability durability) throws IOException {
		for (int i = 0; i < 3; i++) {
			try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle).durability(durability).open()) {
				assertThat(log.append("a", this.grant, "success", null).seq()).isEqualTo(2L * i + 1);
				log.append("b", this.grant, "success", Map.of());
			}
		}
		assertVerifies(this.file, 6, this.publicKey);
	}

	@Test
	void goesOnInALogOfTheTypeScriptPackage() throws IOException {
		List<String> lines = AuditVectors.lines("audit-ts.jsonl");
		write(this.file, String.join("\n", lines) + "\n");
		try (OfflineAuditLog log = open()) {
			assertThat(log.append("a", this.grant, "success", null).seq()).isEqualTo(71);
			assertThat(log.read(1).map(SignedAuditEntry::toJson).limit(70)).isEqualTo(lines);
		}
		assertVerifies(this.file, 71, this.publicKey);
	}

	@Test
	void refusesALogThatLostWhatTheServiceAccepted() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 3);
			log.markSynchronized(3);
		}
		List<String> lines = Files.readAllLines(this.file);
		write(this.file, lines.get(0) + "\n" + lines.get(1) + "\n");
		refused(this::open, AuditLogException.LOG_TRUNCATED);
		Files.delete(this.file);
		refused(this::open, AuditLogException.LOG_MISSING);
	}

	@Test
	void movesATornLineAsideAndGoesOn() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		String whole = Files.readString(this.file);
		for (String torn : List.of("{\"seq\":3,\"time", "\0".repeat(4096), whole.substring(0, whole.indexOf('\n')),
				"x".repeat(5_000_000))) {
			Files.writeString(this.file, torn, StandardOpenOption.APPEND);
			try (OfflineAuditLog log = open()) {
				assertThat(log.headSequence()).isEqualTo(2);
			}
			assertThat(Files.readString(this.file)).isEqualTo(whole);
		}
		assertThat(this.directory.resolve("audit.jsonl.torn-1")).hasContent("{\"seq\":3,\"time");
		assertThat(this.directory.resolve("audit.jsonl.torn-4")).hasSize(5_000_000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "garbage\n", "\n", "{}\n", "null\n", "\uFFFD\n" })
	void movesLinesAsideThatAreNoEntries(String stranger) throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		Files.writeString(this.file, stranger, StandardOpenOption.APPEND);
		try (OfflineAuditLog log = open()) {
			append(log, 1);
		}
		assertVerifies(this.file, 3, this.publicKey);
		assertThat(this.directory.resolve("audit.jsonl.torn-1")).hasContent(stranger);
	}

	@Test
	void refusesATailWhoseFieldsHashOrSignatureWereChanged() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		String whole = Files.readString(this.file);
		SignedAuditEntry last = SignedAuditEntry.parse(whole.lines().toList().get(1));
		for (String changed : List.of(whole.replace("tool:2", "tool:9"), whole.replace("\"seq\":2", "\"seq\":3"),
				whole.replace(last.signature(), "0".repeat(128)), whole.replace(last.hash(), "0".repeat(64)),
				whole.replace(last.prevHash() + "\",\"hash", "0".repeat(64) + "\",\"hash"))) {
			assertThat(changed).isNotEqualTo(whole);
			write(this.file, changed);
			refused(this::open, AuditLogException.LOG_CORRUPTED);
			assertThat(Files.readString(this.file)).isEqualTo(changed);
		}
	}

	@Test
	void opensALargeLogByItsTail() throws IOException {
		StringBuilder lines = new StringBuilder();
		String previous = WireForm.GENESIS;
		EntrySigner signer = EntrySigner.of(this.bundle.offlineAuditKey());
		for (int seq = 1; seq <= 3; seq++) {
			String hash = HashChain.computeHash(seq, "t", "a", "d", GRANT, List.of("s"), "r", null, previous);
			lines
				.append(new SignedAuditEntry(seq, "t", "a", "d", GRANT, List.of("s"), "r", null, previous, hash,
						signer.sign(hash))
					.toJson())
				.append('\n');
			previous = hash;
		}
		String first = lines.substring(0, lines.indexOf("\n") + 1);
		write(this.file, first + "damage in the middle\n".repeat(1_000_000) + lines.substring(first.length())
				+ tail(4, previous, signer));
		try (OfflineAuditLog log = open()) {
			assertThat(log.headSequence()).isEqualTo(7);
			assertThat(log.verify(ChainVerifier.fromStart(List.of(this.publicKey))).brokenAt()).isEqualTo(1);
		}
	}

	private String tail(int seq, String prevHash, EntrySigner signer) {
		StringBuilder lines = new StringBuilder();
		String previous = prevHash;
		for (int i = seq; i < seq + 4; i++) {
			String hash = HashChain.computeHash(i, "t", "a", "d", GRANT, List.of("s"), "r", null, previous);
			lines
				.append(new SignedAuditEntry(i, "t", "a", "d", GRANT, List.of("s"), "r", null, previous, hash,
						signer.sign(hash))
					.toJson())
				.append('\n');
			previous = hash;
		}
		return lines.toString();
	}

}
