package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.ChainFault;
import dev.grantex.gemma.audit.TestChain;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How {@link VerifierCommand} puts chains together from files.
 */
class ExaminedFilesTests extends AuditorFixture {

	private final TestChain chain = TestChain.of("g", 30);

	private Path part(String name, int first, int last) throws IOException {
		return log(name, this.chain.lines(first, last));
	}

	@Test
	void filesOfAChainMayBeGivenInAnyOrder() throws IOException {
		Outcome outcome = verify(part("c", 21, 30), part("a", 1, 10), part("b", 11, 20));
		assertThat(outcome.code()).isZero();
		JsonNode extent = outcome.chain().get("extent");
		assertThat(extent.get("entries").intValue()).isEqualTo(30);
		assertThat(extent.get("files").get(0).stringValue()).endsWith("a");
		assertThat(extent.get("firstTime").stringValue()).isEqualTo("2026-11-21T08:00:00Z");
		assertThat(extent.get("lastTime").stringValue()).isEqualTo("2026-11-21T08:00:29Z");
	}

	@Test
	void chainsOfSeveralBundlesAreToldApart() throws IOException {
		TestChain other = TestChain.of("h", 5);
		Outcome outcome = verify(log("h", other.lines()), part("b", 11, 30), part("a", 1, 10));
		assertThat(outcome.code()).isZero();
		assertThat(outcome.report().get("chains").size()).isEqualTo(2);
		assertThat(outcome.report().get("entries").intValue()).isEqualTo(35);
	}

	@Test
	void severalChainsMayStandInOneFile() throws IOException {
		List<String> all = new ArrayList<>(this.chain.lines(11, 30));
		all.addAll(TestChain.of("h", 5).lines());
		all.addAll(this.chain.lines(1, 10));
		Outcome outcome = verify(log("all.jsonl", all));
		assertThat(outcome.code()).isZero();
		assertThat(outcome.report().get("chains").size()).isEqualTo(2);
	}

	@Test
	void aFileThatMixesChainsWithoutEndDoesNotHold() throws IOException {
		List<String> other = TestChain.of("h", 1200).lines();
		List<String> one = TestChain.of("g", 1200).lines();
		List<String> mixed = new ArrayList<>();
		for (int i = 0; i < 1200; i++) {
			mixed.add(one.get(i));
			mixed.add(other.get(i));
		}
		assertThat(verify(log("mixed.jsonl", mixed)).code()).isOne();
	}

	@Test
	void aChainThatBeginsLateIsVerifiedFromThere() throws IOException {
		Outcome outcome = verify(part("b", 11, 20));
		assertThat(outcome.code()).isZero();
		assertThat(outcome.chain().get("extent").get("firstSequence").intValue()).isEqualTo(11);
		assertThat(run("--public-key", this.key, this.directory.resolve("b")).out()).contains("The chain starts at 11");
	}

	@Test
	void aMissingFileIsAGap() throws IOException {
		Outcome outcome = verify(part("a", 1, 10), part("c", 21, 30));
		assertThat(outcome.code()).isOne();
		JsonNode findings = outcome.chain().get("findings");
		assertThat(findings.get("gaps").get("listed").toString()).isEqualTo("[{\"first\":11,\"last\":20}]");
		assertThat(findings.get("breaks").get("listed").size()).isOne();
		assertThat(findings.get("firstBroken").get("reason").stringValue()).isEqualTo(ChainFault.MISSING);
		assertThat(outcome.chain().get("extent").get("intactEntries").intValue()).isEqualTo(10);
		assertThat(outcome.chain().get("extent").get("entries").intValue()).isEqualTo(20);
	}

	@Test
	void aFileFromAnotherHistoryDoesNotContinueTheChain() throws IOException {
		TestChain forged = TestChain.of("g").append("tool:else", "success", null);
		for (int i = 0; i < 19; i++) {
			forged.append("tool:read", "success", Map.of("method", "A.b"));
		}
		Outcome outcome = verify(part("a", 1, 10), log("b", forged.lines(11, 20)));
		assertThat(outcome.code()).isOne();
		assertThat(outcome.chain().get("findings").get("firstBroken").get("reason").stringValue())
			.isEqualTo(ChainFault.PREVIOUS_HASH);
	}

	@Test
	void copiesOfTheSameEntriesAreCountedOnce() throws IOException {
		Outcome outcome = verify(part("a", 1, 20), part("b", 11, 30), part("c", 5, 8));
		assertThat(outcome.code()).as(outcome.out()).isZero();
		assertThat(outcome.chain().get("extent").get("entries").intValue()).isEqualTo(30);
		JsonNode overlaps = outcome.chain().get("findings").get("overlaps").get("listed");
		assertThat(overlaps.size()).isEqualTo(2);
		overlaps.forEach((overlap) -> assertThat(overlap.get("identical").booleanValue()).isTrue());
		assertThat(overlaps.get(1).get("first").intValue()).isEqualTo(11);
		assertThat(overlaps.get(1).get("last").intValue()).isEqualTo(20);
	}

	@Test
	void otherEntriesUnderTheSameSequenceNumbersAreAFork() throws IOException {
		TestChain fork = TestChain.of("g", 9).append("tool:else", "success", null);
		Outcome outcome = verify(part("a", 1, 20), log("b", fork.lines()));
		assertThat(outcome.code()).isOne();
		JsonNode findings = outcome.chain().get("findings");
		assertThat(findings.get("overlaps").get("listed").get(0).get("identical").booleanValue()).isFalse();
		assertThat(findings.get("firstBroken").get("reason").stringValue()).isEqualTo(ChainFault.FORK);
		assertThat(findings.get("firstBroken").get("sequence").intValue()).isEqualTo(10);
	}

	@Test
	void aFileThatIsGivenTwiceIsReadOnce() throws IOException {
		Path log = part("a", 1, 10);
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), log);
		Outcome outcome = verify(log, link);
		assertThat(outcome.code()).isZero();
		assertThat(outcome.report().get("entries").intValue()).isEqualTo(10);
		assertThat(outcome.report().get("files").get(1).get("state").stringValue()).isEqualTo("given_twice");
	}

	@Test
	void aLineThatACrashLeftUnfinishedIsReportedAndCountsAsNothing() throws IOException {
		List<String> lines = this.chain.lines();
		for (String torn : List.of("{", lines.get(10).substring(0, 200), "\0\0\0\0", "\u00e4")) {
			Outcome outcome = verify(write("audit.jsonl", String.join("\n", lines.subList(0, 10)) + "\n" + torn));
			assertThat(outcome.code()).as(torn).isZero();
			assertThat(outcome.report().get("entries").intValue()).isEqualTo(10);
			assertThat(outcome.report().get("files").get(0).get("unfinishedLastLine").booleanValue()).isTrue();
		}
	}

	@Test
	void anEntryThatOnlyLacksItsNewlineCounts() throws IOException {
		Outcome whole = verify(write("audit.jsonl", String.join("\n", this.chain.lines())));
		assertThat(whole.code()).isZero();
		assertThat(whole.report().get("entries").intValue()).isEqualTo(30);
		List<String> changed = new ArrayList<>(this.chain.lines());
		changed.set(29, changed.get(29).replace("success", "denied"));
		assertThat(verify(write("audit.jsonl", String.join("\n", changed))).code()).isOne();
	}

	@Test
	void aLineInTheMiddleThatIsNoEntryIsOneBreak() throws IOException {
		for (String line : List.of("", "null", "garbage", "{}", "[1,2]", "\uFEFF")) {
			List<String> lines = new ArrayList<>(this.chain.lines());
			lines.set(14, line);
			Outcome outcome = verify(log("audit.jsonl", lines));
			assertThat(outcome.code()).as(line).isOne();
			JsonNode breaks = outcome.chain().get("findings").get("breaks").get("listed");
			assertThat(breaks.size()).as(line).isOne();
			assertThat(breaks.get(0).get("line").intValue()).isEqualTo(15);
			assertThat(outcome.chain().get("extent").get("entries").intValue()).isEqualTo(29);
			assertThat(outcome.chain().get("extent").get("intactEntries").intValue()).isEqualTo(14);
		}
	}

	@Test
	void aLineThatIsTooLongOrNotUtf8IsABreak() throws IOException {
		byte[] entries = (String.join("\n", this.chain.lines(1, 2)) + "\n").getBytes();
		for (byte[] bad : List.of(new byte[] { (byte) 0xff, '\n' }, "x".repeat(5_000_000).concat("\n").getBytes())) {
			Path file = this.directory.resolve("audit.jsonl");
			Files.write(file, entries);
			Files.write(file, bad, StandardOpenOption.APPEND);
			assertThat(verify(file).code()).isOne();
		}
	}

	@Test
	void aFileWithoutAnyEntryIsBroken() throws IOException {
		Outcome outcome = verify(part("a", 1, 10), write("notes.txt", "hello\nworld\n"));
		assertThat(outcome.code()).isOne();
		assertThat(outcome.report().get("files").get(1).get("state").stringValue()).isEqualTo("no_entries");
		assertThat(verdict(outcome.chain())).isEqualTo("holds");
	}

	@Test
	void anEmptyFileBesideOthersIsNoFault() throws IOException {
		assertThat(verify(part("a", 1, 10), log("b", List.of())).code()).isZero();
	}

	@Test
	void entriesAfterABreakAreCountedAsUnproven() throws IOException {
		List<String> lines = new ArrayList<>(this.chain.lines());
		lines.set(9, lines.get(9).replace("tool:read", "tool:rm"));
		Outcome outcome = verify(log("audit.jsonl", lines));
		assertThat(outcome.chain().get("extent").get("intactEntries").intValue()).isEqualTo(9);
		JsonNode actions = outcome.chain().get("activity").get("actions");
		assertThat(actions.get(0).get("entries").intValue()).isEqualTo(29);
		assertThat(actions.get(0).get("unproven").intValue()).isEqualTo(20);
		assertThat(actions.get(1).get("action").stringValue()).isEqualTo("tool:rm");
		assertThat(run("--public-key", this.key, this.directory.resolve("audit.jsonl")).out()).contains("UNPROVEN");
	}

	@Test
	void everyOrderOfTheFilesGivesTheSameVerdict() throws IOException {
		Path a = part("a", 1, 7);
		Path b = part("b", 8, 8);
		Path c = part("c", 9, 30);
		Stream
			.of(List.of(a, b, c), List.of(a, c, b), List.of(b, a, c), List.of(b, c, a), List.of(c, a, b),
					List.of(c, b, a))
			.forEach((order) -> assertThat(verify(order.toArray(new Path[0])).code()).isZero());
	}

}
