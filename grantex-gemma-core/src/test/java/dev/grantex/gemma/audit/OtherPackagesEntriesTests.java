package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.bundle.OfflineAuditKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for entries that the TypeScript package, which knows no seal, has appended after
 * a log was closed: they are told from an older copy of the seal.
 */
class OtherPackagesEntriesTests extends AuditLogFixture {

	@Test
	void theChainGoesOnAfterThem() throws IOException {
		close(3);
		appendForeign(2, this.bundle.offlineAuditKey());
		try (OfflineAuditLog log = open()) {
			assertThat(log.headSequence()).isEqualTo(5);
			append(log, 1);
		}
		appendForeign(1, this.bundle.offlineAuditKey());
		assertGoesOn(7);
	}

	@Test
	void theChainGoesOnAfterThemInAFileThatWasClosed() throws IOException {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 3);
		}
		appendForeign(2, this.bundle.offlineAuditKey());
		assertGoesOn(5);
	}

	@Test
	void theChainGoesOnAfterThemWhenNothingHadBeenAppended() throws IOException {
		close(0);
		appendForeign(2, this.bundle.offlineAuditKey());
		assertGoesOn(2);
	}

	@Test
	void aReplacedBundlesChainIsReadWithThem() throws IOException {
		close(2);
		appendForeign(1, this.bundle.offlineAuditKey());
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle).openRetired()) {
			assertThat(sequences(log, 1)).containsExactly(1L, 2L, 3L);
		}
	}

	@Test
	void whatTheyLeftOfAnUnfinishedWriteIsMovedAside() throws IOException {
		close(2);
		appendForeign(1, this.bundle.offlineAuditKey());
		Files.writeString(this.file, "{\"seq\":4,", StandardOpenOption.APPEND);
		assertGoesOn(3);
		assertThat(this.directory.resolve("audit.jsonl.torn-1")).hasContent("{\"seq\":4,");
	}

	@Test
	void entriesUnderAnotherKeyAreRefused() throws IOException {
		close(2);
		appendForeign(1, AuditVectors.key("audit-py-key.json"));
		refused(this::open, AuditLogException.LOG_CORRUPTED);
	}

	@Test
	void anOlderCopyOfTheSealIsRefusedAlsoWithThem() throws IOException {
		close(2);
		Path older = Files.copy(seal(), this.directory.resolve("older"));
		close(1);
		appendForeign(1, this.bundle.offlineAuditKey());
		byte[] latest = Files.readAllBytes(seal());
		Files.copy(older, seal(), StandardCopyOption.REPLACE_EXISTING);
		refused(this::open, AuditLogException.LOG_CORRUPTED);
		Files.write(seal(), latest);
		assertGoesOn(4);
	}

	@Test
	void withoutTheNoteOfTheLastSealAnOlderCopyCannotBeRuledOut() throws IOException {
		close(2);
		appendForeign(1, this.bundle.offlineAuditKey());
		Files.delete(this.directory.resolve("audit-" + GRANT + ".lock"));
		refused(this::open, AuditLogException.LOG_CORRUPTED);
	}

	private void close(int appended) {
		try (OfflineAuditLog log = open()) {
			append(log, appended);
		}
	}

	private Path seal() {
		return this.directory.resolve("audit.seal");
	}

	private void appendForeign(int count, OfflineAuditKey key) throws IOException {
		EntrySigner signer = EntrySigner.of(key);
		for (int i = 0; i < count; i++) {
			List<String> lines = Files.readAllLines(this.file);
			Head last = lines.isEmpty() ? Head.GENESIS : WireForm.parse(lines.get(lines.size() - 1)).head();
			long sequence = last.sequence() + 1;
			String time = "2026-11-21T08:00:00.000Z";
			List<String> scopes = List.of("read:contacts");
			String hash = HashChain.computeHash(sequence, time, "tool:foreign", this.grant.agentDid(), GRANT, scopes,
					"success", null, last.hash());
			SignedAuditEntry entry = new SignedAuditEntry(sequence, time, "tool:foreign", this.grant.agentDid(), GRANT,
					scopes, "success", null, last.hash(), hash, signer.sign(hash));
			Files.writeString(this.file, entry.toJson() + "\n", StandardOpenOption.APPEND);
		}
	}

	private void assertGoesOn(long entries) {
		try (OfflineAuditLog log = open()) {
			assertThat(log.headSequence()).isEqualTo(entries);
			append(log, 1);
			ChainVerification found = log.verify(log.verifier(List.of(this.publicKey)));
			assertThat(found.valid()).as(found.reason()).isTrue();
			assertThat(found.entries()).isEqualTo(entries + 1);
		}
	}

}
