package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.audit.AuditVectors;
import dev.grantex.gemma.audit.TestChain;
import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.file.LogEnd;
import dev.grantex.gemma.audit.store.file.SealFile;
import dev.grantex.gemma.audit.store.file.SealRecord;
import dev.grantex.gemma.bundle.OfflineAuditKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link VerifierCommand} makes of seals.
 */
class ExaminedSealTests extends AuditorFixture {

	private final TestChain chain = TestChain.of("g", 10);

	private Path seal(String name, String grantId, Head start, Head end) {
		return seal(name, grantId, start, end, TestChain.KEY);
	}

	private Path seal(String name, String grantId, Head start, Head end, OfflineAuditKey key) {
		long segment = Math.min(1, end.sequence());
		SealRecord statement = SealRecord.first("bundle_1", grantId, new LogEnd(end, segment, 0), start, 0);
		SealFile file = new SealFile(this.directory.resolve(name));
		file.create(statement, AuditVectors.codec(key));
		return file.path();
	}

	private static String state(JsonNode seals) {
		assertThat(seals.size()).isOne();
		return seals.get(0).get("state").stringValue();
	}

	private void assertState(Outcome outcome, String state, int code) {
		assertThat(state(outcome.chain().get("seals"))).isEqualTo(state);
		assertThat(outcome.code()).isEqualTo(code);
	}

	@Test
	void aMissingSealIsJustSaid() throws IOException {
		Path log = log("audit.jsonl", this.chain.lines());
		assertThat(verify(log).chain().get("seals").size()).isZero();
		assertThat(run("--public-key", this.key, log).out()).contains("No seal was found");
	}

	@Test
	void aChainThatReachesItsSealHolds() throws IOException {
		seal("audit.seal", "g", Head.GENESIS, this.chain.headAt(10));
		assertState(verify(log("audit.jsonl", this.chain.lines())), "holds", 0);
	}

	@Test
	void aChainMayGoOnAfterItsSeal() throws IOException {
		seal("audit.seal", "g", Head.GENESIS, this.chain.headAt(7));
		Outcome outcome = verify(log("audit.jsonl", this.chain.lines()));
		assertState(outcome, "holds", 0);
		assertThat(outcome.chain().get("seals").get(0).get("statement").get("sequence").intValue()).isEqualTo(7);
		assertThat(outcome.chain().get("seals").get(0).get("signatureVerified").booleanValue()).isTrue();
	}

	@Test
	void aChainThatEndsBeforeItsSealIsTruncated() throws IOException {
		seal("audit.seal", "g", Head.GENESIS, this.chain.headAt(10));
		Path log = log("audit.jsonl", this.chain.lines(1, 9));
		assertState(verify(log), "truncated", 1);
		assertThat(run("--public-key", this.key, log).out()).contains("ends before the sealed entry 10");
	}

	@Test
	void anEmptiedLogIsTruncated() throws IOException {
		seal("audit.seal", "g", Head.GENESIS, this.chain.headAt(10));
		Outcome outcome = verify(log("audit.jsonl", List.of()));
		assertThat(outcome.code()).isOne();
		assertThat(state(outcome.report().get("otherSeals"))).isEqualTo("truncated");
	}

	@Test
	void aFreshLogWithItsFirstSealHolds() throws IOException {
		seal("audit.seal", "g", Head.GENESIS, Head.GENESIS);
		Outcome outcome = verify(log("audit.jsonl", List.of()));
		assertThat(outcome.code()).isZero();
		assertThat(state(outcome.report().get("otherSeals"))).isEqualTo("holds");
	}

	@Test
	void anotherEntryWhereTheSealedOneBelongsIsFound() throws IOException {
		TestChain other = TestChain.of("g", 9).append("tool:else", "success", null);
		seal("audit.seal", "g", Head.GENESIS, this.chain.headAt(10));
		assertState(verify(log("audit.jsonl", other.lines())), "other_entry", 1);
	}

	@Test
	void aSealThatNoKeyHasSignedBreaksTheLog() throws IOException {
		seal("audit.seal", "g", Head.GENESIS, this.chain.headAt(10), AuditVectors.key("audit-py-key.json"));
		Outcome outcome = verify(log("audit.jsonl", this.chain.lines()));
		assertThat(outcome.code()).isOne();
		assertThat(state(outcome.report().get("otherSeals"))).isEqualTo("not_signed");
	}

	@Test
	void aDamagedSealBreaksTheLog() throws IOException {
		write("audit.seal", "garbage");
		Outcome outcome = verify(log("audit.jsonl", this.chain.lines()));
		assertThat(outcome.code()).isOne();
		assertThat(state(outcome.report().get("otherSeals"))).isEqualTo("damaged");
	}

	@Test
	void theSlotThatACrashSpoiledIsPassedOver() throws IOException {
		SealRecord first = SealRecord.first("b", "g", new LogEnd(this.chain.headAt(5), 1, 0), Head.GENESIS, 0);
		SealFile file = new SealFile(this.directory.resolve("audit.seal"));
		ChainCodec signer = AuditVectors.codec(TestChain.KEY);
		file.create(first, signer);
		file.write(first.withGeneration(2).withEnd(new LogEnd(this.chain.headAt(10), 1, 0), 0), signer);
		byte[] bytes = Files.readAllBytes(file.path());
		bytes[100] ^= 1;
		Files.write(file.path(), bytes);
		Outcome outcome = verify(log("audit.jsonl", this.chain.lines()));
		assertState(outcome, "holds", 0);
		assertThat(outcome.chain().get("seals").get(0).get("statement").get("sequence").intValue()).isEqualTo(5);
	}

	@Test
	void withoutKeysTheSealIsComparedButNotVerified() throws IOException {
		seal("audit.seal", "g", Head.GENESIS, this.chain.headAt(10), AuditVectors.key("audit-py-key.json"));
		Outcome outcome = run("--json", log("audit.jsonl", this.chain.lines()));
		assertState(outcome, "holds", 0);
		assertThat(outcome.chain().get("seals").get(0).get("signatureVerified").booleanValue()).isFalse();
		assertState(run("--json", log("audit.jsonl", this.chain.lines(1, 3))), "truncated", 1);
	}

	@Test
	void deletedFilesMustEndWhereTheSealSays() throws IOException {
		Path log = log("audit-g-000000000005.jsonl", this.chain.lines(5, 10));
		seal("audit-g.seal", "g", this.chain.headAt(4), this.chain.headAt(10));
		assertState(verify(log), "holds", 0);
		seal("audit-g.seal", "g", new Head(4, "f".repeat(64)), this.chain.headAt(10));
		assertState(verify(log), "other_start", 1);
	}

	@Test
	void firstEntriesThatTheServiceDoesNotHaveMustBeThere() throws IOException {
		Path log = log("audit-g-000000000005.jsonl", this.chain.lines(5, 10));
		seal("audit-g.seal", "g", this.chain.headAt(2), this.chain.headAt(10));
		Outcome outcome = verify(log);
		assertState(outcome, "missing", 1);
		assertThat(verdict(outcome.chain())).isEqualTo("broken");
		assertRange(outcome, "missing", 3, 4);
		assertThat(outcome.chain().get("seals").get(0).get("notKept").isNull()).isTrue();
		Outcome text = run("--public-key", this.key, log);
		assertThat(text.code()).isOne();
		assertThat(text.out()).contains("MISSING")
			.contains("3 to 4 are missing or were not given, and the service had not accepted them");
		assertThat(run("--html", "--public-key", this.key, log).out()).contains("3 to 4 are missing");
	}

	@Test
	void firstEntriesThatTheServiceHasMayBeDeletedThoughNoSealSaysSo() throws IOException {
		Path log = log("audit-g-000000000005.jsonl", this.chain.lines(5, 10));
		seal("audit-g.seal", this.chain.headAt(10), 6);
		Outcome outcome = verify(log);
		assertState(outcome, "holds", 0);
		assertRange(outcome, "notKept", 1, 4);
		assertThat(outcome.chain().get("seals").get(0).get("missing").isNull()).isTrue();
		assertThat(run("--public-key", this.key, log).out())
			.contains("1 to 4 are not kept here or were not given; the service has accepted them");
	}

	@Test
	void onlyThoseThatTheServiceDoesNotHaveAreMissing() throws IOException {
		Path log = log("audit-g-000000000005.jsonl", this.chain.lines(5, 10));
		seal("audit-g.seal", this.chain.headAt(10), 3);
		Outcome outcome = verify(log);
		assertState(outcome, "missing", 1);
		assertRange(outcome, "missing", 4, 4);
		assertRange(outcome, "notKept", 1, 3);
	}

	@Test
	void firstEntriesAreMissingWithoutKeysToo() throws IOException {
		Path log = log("audit-g-000000000005.jsonl", this.chain.lines(5, 10));
		seal("audit-g.seal", this.chain.headAt(10), 3);
		assertState(run("--json", log), "missing", 1);
	}

	@Test
	void theLatestSealSaysWhatTheServiceHas() throws IOException {
		Path log = log("audit-g-000000000005.jsonl", this.chain.lines(5, 10));
		seal("audit-g.seal", "g", Head.GENESIS, this.chain.headAt(6));
		SealRecord later = SealRecord
			.first("bundle_1", "g", new LogEnd(this.chain.headAt(10), 1, 0), this.chain.headAt(4), 0)
			.withGeneration(2);
		new SealFile(this.directory.resolve("audit.seal")).create(later, AuditVectors.codec(TestChain.KEY));
		assertThat(verify(log).code()).isZero();
	}

	@Test
	void aSealOlderThanTheFilesCannotBeCompared() throws IOException {
		Path log = log("audit-g-000000000005.jsonl", this.chain.lines(5, 10));
		seal("audit-g.seal", this.chain.headAt(2), 4);
		assertState(verify(log), "not_comparable", 0);
	}

	@Test
	void aChainOfWhichNothingIsHereHoldsIfTheServiceHasIt() throws IOException {
		Path log = log("audit-h-000000000001.jsonl", TestChain.of("h", 3).lines());
		Path delivered = seal("g.seal", this.chain.headAt(10), 10);
		Outcome outcome = run("--json", "--public-key", this.key, "--seal", delivered, log);
		assertThat(state(outcome.report().get("otherSeals"))).isEqualTo("not_kept");
		assertThat(outcome.code()).isZero();
		Path undelivered = seal("g.seal", this.chain.headAt(10), 9);
		outcome = run("--json", "--public-key", this.key, "--seal", undelivered, log);
		assertThat(state(outcome.report().get("otherSeals"))).isEqualTo("truncated");
		assertThat(outcome.code()).isOne();
	}

	@Test
	void severalChainsInOneDirectoryAreJudgedByTheirOwnSealsInAnyOrder() throws IOException {
		TestChain other = TestChain.of("h", 6);
		Path later = log("audit-g-000000000008.jsonl", this.chain.lines(8, 10));
		Path earlier = log("audit-g-000000000005.jsonl", this.chain.lines(5, 7));
		Path complete = log("audit-h-000000000001.jsonl", other.lines());
		seal("audit-g.seal", this.chain.headAt(10), 2);
		seal("audit-h.seal", "h", Head.GENESIS, other.head());
		Outcome outcome = verify(later, complete, earlier);
		assertThat(outcome.code()).isOne();
		assertThat(outcome.report().get("chains").valueStream().map(ExaminedSealTests::verdict))
			.containsExactlyInAnyOrder("broken", "holds");
		assertThat(verify(complete).code()).isZero();
	}

	private Path seal(String name, Head end, long accepted) {
		SealRecord statement = SealRecord.first("bundle_1", "g", new LogEnd(end, 1, 0), Head.GENESIS, 0)
			.with((checkpoint) -> checkpoint.withSynchronizedThrough(accepted));
		SealFile file = new SealFile(this.directory.resolve(name));
		file.create(statement, AuditVectors.codec(TestChain.KEY));
		return file.path();
	}

	private static void assertRange(Outcome outcome, String name, long first, long last) {
		JsonNode range = outcome.chain().get("seals").get(0).get(name);
		assertThat(range.get("first").longValue()).isEqualTo(first);
		assertThat(range.get("last").longValue()).isEqualTo(last);
	}

	@Test
	void theSealOfTheCurrentChainIsFoundBesideItsClosedFilesToo() throws IOException {
		seal("audit.seal", "g", Head.GENESIS, this.chain.headAt(10));
		assertState(verify(log("audit-g-000000000001.jsonl", this.chain.lines())), "holds", 0);
		assertState(verify(log("audit-g-000000000001.jsonl", this.chain.lines(1, 5))), "truncated", 1);
	}

	@Test
	void theSealOfAnotherChainBesideClosedFilesIsPassedOver() throws IOException {
		seal("audit.seal", "h", Head.GENESIS, TestChain.of("h", 3).head());
		Outcome outcome = verify(log("audit-g-000000000001.jsonl", this.chain.lines()));
		assertThat(outcome.code()).isZero();
		assertThat(outcome.report().get("otherSeals").size()).isZero();
		assertThat(outcome.chain().get("seals").size()).isZero();
	}

	@Test
	void aSealMayBeGivenFromElsewhere() throws IOException {
		Files.createDirectory(this.directory.resolve("elsewhere"));
		Path seal = seal("elsewhere/x.seal", "g", Head.GENESIS, this.chain.headAt(10));
		Path log = log("copy.jsonl", this.chain.lines(1, 9));
		assertThat(run("--public-key", this.key, log).code()).isZero();
		assertThat(run("--public-key", this.key, "--seal", seal, log).code()).isOne();
	}

	@Test
	void aSealCutOffOrGrownIsDamaged() throws IOException {
		Path seal = seal("audit.seal", "g", Head.GENESIS, this.chain.headAt(10));
		byte[] bytes = Files.readAllBytes(seal);
		for (int length : new int[] { 0, 1, SealFile.SLOT_SIZE, bytes.length - 1, bytes.length + 1 }) {
			Files.write(seal, Arrays.copyOf(bytes, length));
			assertThat(verify(log("audit.jsonl", this.chain.lines())).code()).isOne();
		}
	}

}
