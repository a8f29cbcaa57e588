package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.AuditVectors;
import dev.grantex.gemma.audit.TestChain;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link VerifierCommand} says of recorded logs.
 */
class ExaminedVectorsTests extends AuditorFixture {

	/** A chain may begin late here, because older files are deleted one day. */
	private static final Set<String> BEGIN_LATE = Set.of("removed-first", "segment-after-rotation");

	/** A chain that begins late can only be broken at its second line, from 0. */
	private static final Map<String, Integer> OTHER_LINE = Map.of("reversed", 1);

	@Test
	void theRecordedLogsHoldAndAreToldApart() throws IOException {
		Path wire = write("wire.jsonl", AuditVectors.text("audit-ts.jsonl"));
		Path python = write("python.jsonl", AuditVectors.text("audit-py.jsonl"));
		Path pythonKey = write("python.pem", AuditVectors.key("audit-py-key.json").publicKey());
		Outcome outcome = run("--json", "--public-key", this.key, "--public-key", pythonKey, wire, python);
		assertThat(outcome.code()).as(outcome.err()).isZero();
		JsonNode chains = outcome.report().get("chains");
		assertThat(chains.size()).isEqualTo(2);
		assertThat(chains.get(0).get("form").stringValue()).isEqualTo("wire");
		assertThat(chains.get(0).get("extent").get("intactEntries").intValue()).isEqualTo(70);
		assertThat(chains.get(0).get("findings").get("ambiguous").get("listed").get(1).get("line").intValue())
			.isEqualTo(15);
		assertThat(chains.get(0).get("findings").get("inexact").get("listed").size()).isZero();
		assertThat(chains.get(1).get("form").stringValue()).isEqualTo("python");
		assertThat(chains.get(1).get("extent").get("intactEntries").intValue()).isEqualTo(58);
		assertThat(chains.get(1).get("findings").get("inexact").get("listed").size()).isZero();
		assertThat(outcome.report().get("keys").get(0).get("entries").intValue()).isEqualTo(70);
		assertThat(outcome.report().get("keys").get(1).get("entries").intValue()).isEqualTo(58);
	}

	@Test
	void aRotatedLogOfAnotherPackageHoldsInAnyOrder() throws IOException {
		Path older = write("a", AuditVectors
			.text("audit-ts-rotation/audit.jsonl.2026-11-21T17-29-31-033Z.e7702a17-8001-462f-baf7-2ae39dacaa8d.bak"));
		Path newer = write("b", AuditVectors.text("audit-ts-rotation/audit.jsonl"));
		Outcome outcome = run("--json", newer, older);
		assertThat(outcome.code()).isZero();
		assertThat(outcome.chain().get("extent").get("entries").intValue()).isEqualTo(11);
	}

	static Stream<Arguments> wireCases() {
		return cases("chain-negative.json", "lines");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("wireCases")
	void givesTheRequiredVerdictOnEveryTamperedWireLog(String name, JsonNode vector, List<String> lines)
			throws IOException {
		Outcome outcome = verify(log("audit.jsonl", lines));
		String expected = AuditVectors.string(vector, "expected");
		boolean valid = expected.startsWith("valid") || BEGIN_LATE.contains(name);
		if (!expected.equals("either")) {
			assertThat(outcome.code()).as(outcome.out()).isEqualTo(valid ? 0 : 1);
		}
		if (!valid && vector.get("expectedBrokenAt") != null) {
			assertThat(outcome.chain().get("findings").get("firstBroken").get("line").intValue())
				.isEqualTo(OTHER_LINE.getOrDefault(name, vector.get("expectedBrokenAt").intValue()) + 1);
		}
		if (BEGIN_LATE.contains(name)) {
			assertThat(outcome.chain().get("extent").get("firstSequence").intValue()).isGreaterThan(1);
		}
	}

	static Stream<Arguments> pythonCases() {
		return cases("chain-negative-py.json", "entries");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("pythonCases")
	void givesTheRequiredVerdictOnEveryTamperedPythonLog(String name, JsonNode vector, List<String> lines)
			throws IOException {
		Path pythonKey = write("python.pem",
				AuditVectors.string(AuditVectors.json("chain-negative-py.json"), "publicKey"));
		Outcome outcome = run("--json", "--public-key", pythonKey, log("audit.jsonl", lines));
		boolean valid = Set.of("untouched", "empty", "truncated-tail", "removed-first").contains(name);
		assertThat(outcome.code()).as(outcome.out()).isEqualTo(valid ? 0 : 1);
		if (!valid) {
			int line = name.equals("changed-signature") ? 3 : vector.get("verify_chain").get(1).intValue();
			assertThat(outcome.chain().get("findings").get("firstBroken").get("line").intValue()).isEqualTo(line + 1);
		}
	}

	@Test
	void anEntryThatIsNotInItsExactFormIsReportedThoughItHolds() throws IOException {
		for (String name : List.of("metadata-text-1.0-for-1", "line-with-spaces")) {
			Outcome outcome = verify(log("audit.jsonl", linesOf(name)));
			assertThat(outcome.code()).isZero();
			JsonNode inexact = outcome.chain().get("findings").get("inexact").get("listed");
			assertThat(inexact.size()).isOne();
			assertThat(inexact.get(0).get("line").intValue()).isEqualTo(4);
		}
	}

	@Test
	void aChangedBitInEveryThirdByteIsDetectedOrReported() throws IOException {
		byte[] log = text(TestChain.of("g", 2));
		assertThat(IntStream.range(0, log.length / 3).map((i) -> 3 * i).filter((i) -> isUnnoticed(log, i * 8 + i % 8)))
			.isEmpty();
	}

	@Test
	@Tag("endurance")
	void everyChangedBitIsDetectedOrReported() throws IOException {
		byte[] log = text(TestChain.of("g", 20));
		assertThat(IntStream.range(0, log.length * 8).filter((bit) -> isUnnoticed(log, bit))).isEmpty();
	}

	private boolean isUnnoticed(byte[] log, int bit) {
		byte[] changed = log.clone();
		changed[bit / 8] ^= (byte) (1 << (bit % 8));
		try {
			Outcome outcome = verify(Files.write(this.directory.resolve("audit.jsonl"), changed));
			return outcome.code() == 0 && isSilent(outcome.report());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] text(TestChain chain) {
		return (String.join("\n", chain.lines()) + "\n").getBytes(StandardCharsets.UTF_8);
	}

	private static boolean isSilent(JsonNode report) {
		JsonNode findings = report.get("chains").get(0).get("findings");
		return findings.get("inexact").get("listed").isEmpty()
				&& !report.get("files").get(0).get("unfinishedLastLine").booleanValue();
	}

	private static List<String> linesOf(String name) {
		return cases("chain-negative.json", "lines").filter((arguments) -> arguments.get()[0].equals(name))
			.findFirst()
			.map(ExaminedVectorsTests::lines)
			.orElseThrow();
	}

	@SuppressWarnings("unchecked")
	private static List<String> lines(Arguments arguments) {
		return (List<String>) arguments.get()[2];
	}

	private static Stream<Arguments> cases(String name, String member) {
		List<Arguments> cases = new ArrayList<>();
		for (JsonNode node : AuditVectors.json(name).get("cases")) {
			List<String> lines = new ArrayList<>();
			node.get(member).forEach((line) -> lines.add(line.isString() ? line.stringValue() : line.toString()));
			cases.add(Arguments.of(AuditVectors.string(node, "name"), node, lines));
		}
		return cases.stream();
	}

}
