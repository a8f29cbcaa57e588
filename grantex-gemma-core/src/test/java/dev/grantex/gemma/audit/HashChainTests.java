package dev.grantex.gemma.audit;

import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.json.PythonJson;
import dev.grantex.gemma.audit.json.UnicodeText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.HashChainException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link HashChain} against recorded logs.
 */
class HashChainTests {

	private static final String WIRE_KEY = AuditVectors.key("audit-ts-key.json").publicKey();

	private static final String PYTHON_KEY = AuditVectors.key("audit-py-key.json").publicKey();

	/**
	 * Where the Python package's verifier says nothing, because it checks neither
	 * sequence numbers, nor the first previous hash, nor signatures. An empty log is
	 * valid here.
	 */
	private static final Map<String, Integer> STRICTER_THAN_PYTHON = Map.of("changed-signature", 3, "removed-first", 0,
			"empty", -1);

	static Stream<Arguments> wireEntries() {
		return entries("audit-ts-entries.json");
	}

	static Stream<Arguments> pythonEntries() {
		return entries("audit-py-entries.json");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("wireEntries")
	void recomputesEveryWireEntry(String name, JsonNode vector, String line) {
		SignedAuditEntry entry = SignedAuditEntry.parse(line);
		assertThat(WireForm.hashText(entry)).isEqualTo(AuditVectors.string(vector, "canonicalHashInputString"));
		// Left out of the vector with the longest text.
		if (vector.get("canonicalHashInputUtf8Hex") != null) {
			assertThat(HexFormat.of().formatHex(UnicodeText.utf8(WireForm.hashText(entry))))
				.isEqualTo(AuditVectors.string(vector, "canonicalHashInputUtf8Hex"));
		}
		assertThat(HashChain.computeHash(entry)).isEqualTo(AuditVectors.string(vector, "hash"))
			.isEqualTo(HashChain.computeHash(entry.seq(), entry.timestamp(), entry.action(), entry.agentDid(),
					entry.grantId(), entry.scopes(), entry.result(), entry.metadata(), entry.prevHash()));
		assertThat(EntrySigner.of(AuditVectors.key("audit-ts-key.json")).sign(entry.hash()))
			.isEqualTo(AuditVectors.string(vector, "signature"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("wireEntries")
	void writesEveryWireEntryAsItStandsInTheLog(String name, JsonNode vector, String line) {
		assertThat(SignedAuditEntry.parse(line).toJson()).isEqualTo(line);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("pythonEntries")
	void recomputesEveryPythonEntry(String name, JsonNode vector, String line) {
		assertThat(HashChain.pythonHashText(line)).isEqualTo(AuditVectors.string(vector, "canonicalHashInputString"));
		assertThat(HashChain.computePythonHash(line)).isEqualTo(AuditVectors.string(vector, "hash"));
		assertThat(Base64.getUrlEncoder()
			.encodeToString(AuditKeys.sign(AuditKeys.privateKey(AuditVectors.key("audit-py-key.json").privateKey()),
					AuditVectors.string(vector, "hash"))))
			.isEqualTo(AuditVectors.string(vector, "signature"));
	}

	@Test
	void verifiesTheRecordedWireLogAndReportsSeparatorsInFields() {
		ChainVerification found = HashChain.verify(AuditVectors.lines("audit-ts.jsonl").stream(), WIRE_KEY);
		assertThat(found.reason()).isNull();
		assertThat(found.valid()).isTrue();
		assertThat(found.brokenAt()).isEqualTo(-1);
		assertThat(found.entries()).isEqualTo(70);
		assertThat(found.ambiguous()).containsExactly(4, 14);
	}

	@Test
	void verifiesTheRecordedPythonLog() {
		ChainVerification found = HashChain.verify(AuditVectors.lines("audit-py.jsonl").stream(), PYTHON_KEY);
		assertThat(found).isEqualTo(new ChainVerification(true, -1, null, 58, List.of()));
	}

	@Test
	void verifiesEveryQuirkOfThePythonPackageAsThatPackageDoesAfterReloading() {
		int verified = 0;
		for (JsonNode quirk : AuditVectors.json("audit-py-quirks.json")) {
			if (quirk.get("line") != null) {
				ChainVerification found = HashChain.verify(Stream.of(AuditVectors.string(quirk, "line")), PYTHON_KEY);
				assertThat(found.valid()).as(AuditVectors.string(quirk, "name"))
					.isEqualTo(quirk.get("verifiesAfterReload").get(0).booleanValue());
				verified++;
			}
			else {
				// That package wrote no entry, so that there is nothing to verify.
				assertThat(quirk.get("appendError")).isNotNull();
			}
		}
		assertThat(verified).isGreaterThan(4);
	}

	static Stream<Arguments> negativeWireLogs() {
		return cases("chain-negative.json", "lines");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("negativeWireLogs")
	void givesTheRequiredVerdictOnEveryTamperedWireLog(String name, JsonNode vector, List<String> lines) {
		ChainVerification found = HashChain.verify(lines.stream(), WIRE_KEY);
		String expected = AuditVectors.string(vector, "expected");
		boolean broken = expected.startsWith("broken") || (expected.equals("either") && !found.valid());
		assertThat(found.valid()).as(found.reason()).isEqualTo(!broken);
		assertThat(found.reason() != null).isEqualTo(broken);
		assertThat(found.ambiguous().isEmpty()).isEqualTo(!expected.contains("ambiguous"));
		if (vector.get("expectedBrokenAt") != null) {
			assertThat(found.brokenAt()).isEqualTo(vector.get("expectedBrokenAt").intValue());
		}
		if (!name.equals("empty") && expected.equals("valid")) {
			assertThat(found.entries()).isEqualTo(lines.size());
		}
	}

	static Stream<Arguments> negativePythonLogs() {
		return cases("chain-negative-py.json", "entries");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("negativePythonLogs")
	void givesTheRequiredVerdictOnEveryTamperedPythonLog(String name, JsonNode vector, List<String> lines) {
		JsonNode theirs = vector.get("verify_chain");
		Integer stricter = STRICTER_THAN_PYTHON.get(name);
		int expected = (stricter != null) ? stricter : (theirs.get(1).isNumber() ? theirs.get(1).intValue() : -1);
		assertThat(HashChain.verify(lines.stream(), PYTHON_KEY).brokenAt()).isEqualTo(expected);
	}

	@Test
	void aBrokenChainCanBeDemandedToHold() {
		ChainVerification broken = HashChain.verify(Stream.of("null"), WIRE_KEY);
		assertThatExceptionOfType(HashChainException.class).isThrownBy(broken::requireValid)
			.withMessageContaining("entry 0");
		assertThatNoException().isThrownBy(HashChain.verify(Stream.empty(), WIRE_KEY)::requireValid);
	}

	@Test
	void aCutTailShowsAgainstAKnownHead() {
		List<String> lines = AuditVectors.lines("audit-ts.jsonl");
		SignedAuditEntry head = SignedAuditEntry.parse(lines.get(69));
		ChainVerifier verifier = ChainVerifier.fromStart(List.of(WIRE_KEY));
		lines.subList(0, 60).forEach(verifier::accept);
		assertThat(verifier.result().valid()).isTrue();
		ChainVerification found = verifier.resultAgainst(head.seq(), head.hash());
		assertThat(found.valid()).isFalse();
		assertThat(found.brokenAt()).isEqualTo(60);
		assertThat(found.reason()).isEqualTo(ChainFault.TRUNCATED);
	}

	@Test
	void aRotatedLogVerifiesAsTheContinuationOfItsPredecessor() {
		List<String> first = AuditVectors
			.lines("audit-ts-rotation/audit.jsonl.2026-11-21T17-29-31-033Z.e7702a17-8001-462f-baf7-2ae39dacaa8d.bak");
		List<String> second = AuditVectors.lines("audit-ts-rotation/audit.jsonl");
		JsonNode head = AuditVectors.parse(AuditVectors.text("audit-ts-rotation/audit.jsonl.head"));
		assertThat(HashChain.verify(second.stream()).brokenAt()).isZero();
		assertThat(HashChain.verify(Stream.concat(first.stream(), second.stream())).entries()).isEqualTo(11);
		ChainVerifier continued = ChainVerifier.after(head.get("seq").longValue(),
				AuditVectors.string(head, "prevHash"), List.of());
		second.forEach(continued::accept);
		assertThat(continued.result()).isEqualTo(new ChainVerification(true, -1, null, 3, List.of()));
	}

	@Test
	void verifiesEverySegmentationOfALogAsContinuations() {
		List<String> lines = AuditVectors.lines("audit-py.jsonl").subList(0, 12);
		for (int cut = 1; cut < lines.size(); cut++) {
			JsonNode last = AuditVectors.parse(lines.get(cut - 1));
			ChainVerifier verifier = ChainVerifier.after(cut, AuditVectors.string(last, "hash"), List.of(PYTHON_KEY));
			lines.subList(cut, lines.size()).forEach(verifier::accept);
			assertThat(verifier.result().valid()).isTrue();
			assertThat(verifier.nextSequence()).isEqualTo(13);
		}
	}

	@Test
	void aSignatureUnderAnyOfTheKeysIsEnough() {
		List<String> lines = AuditVectors.lines("audit-ts.jsonl");
		assertThat(HashChain.verify(lines.stream(), PYTHON_KEY, WIRE_KEY).valid()).isTrue();
		assertThat(HashChain.verify(lines.stream(), PYTHON_KEY).brokenAt()).isZero();
		assertThat(HashChain.verify(lines.stream()).valid()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "   ", "null", "[]", "1", "\"x\"", "{", "{}", "{\"seq\":1}", "\uFEFF{}", "NaN",
			"{\"agentDID\":1,\"agent_did\":1}", "{\"prevHash\":\"\"}", "\0" })
	void aLineThatIsNoEntryBreaksTheChainWithAReason(String line) {
		List<String> good = AuditVectors.lines("audit-ts.jsonl").subList(0, 2);
		assertThat(HashChain.verify(Stream.of(line)).brokenAt()).isZero();
		ChainVerification found = HashChain.verify(Stream.concat(good.stream(), Stream.of(line)), WIRE_KEY);
		assertThat(found.brokenAt()).isEqualTo(2);
		assertThat(found.entries()).isEqualTo(2);
		assertThat(found.reason()).isNotBlank();
	}

	@Test
	void aMissingLineBreaksTheChain() {
		assertThat(HashChain.verify(Arrays.stream(new String[] { null })).brokenAt()).isZero();
	}

	@Test
	void hugeAndDeepLinesBreakTheChain() {
		assertThat(HashChain.verify(Stream.of("{\"agentDID\":\"" + "x".repeat(5_000_000) + "\"}")).reason())
			.isEqualTo(ChainFault.TOO_LONG);
		assertThat(HashChain.verify(Stream.of("[".repeat(1_000_000))).brokenAt()).isZero();
		assertThat(HashChain.verify(Stream.of("{\"agentDID\":1" + "0".repeat(1_000_000) + "}")).brokenAt()).isZero();
	}

	@Test
	void repeatedAndUnknownMembersBreakTheChain() {
		String line = AuditVectors.lines("audit-ts.jsonl").get(0);
		String repeated = line.replace("{\"seq\":1,", "{\"seq\":1,\"seq\":1,");
		String unknown = line.replace("{\"seq\":1,", "{\"seq\":1,\"approvedBy\":\"admin\",");
		assertThat(HashChain.verify(Stream.of(repeated)).reason()).isEqualTo(ChainFault.DUPLICATE_MEMBER);
		assertThat(HashChain.verify(Stream.of(unknown)).reason()).isEqualTo(ChainFault.UNKNOWN_MEMBER);
	}

	@Test
	void aMemberRepeatedInsideMetadataBreaksTheChain() {
		String line = AuditVectors.json("chain-negative.json").get("cases").get(0).get("lines").get(0).stringValue();
		String shadowed = line.replace("\"metadata\":{\"i\":0", "\"metadata\":{\"i\":7,\"i\":0");
		assertThat(HashChain.verify(Stream.of(line), WIRE_KEY).valid()).isTrue();
		assertThat(HashChain.verify(Stream.of(shadowed), WIRE_KEY).reason()).isEqualTo(ChainFault.DUPLICATE_MEMBER);
	}

	@Test
	void everyChangedCharacterOfAnEntryBreaksTheChain() {
		String line = AuditVectors.lines("audit-ts.jsonl").get(0);
		List<Integer> unnoticed = IntStream.range(0, line.length())
			.filter((i) -> HashChain.verify(Stream.of(line.substring(0, i) + '~' + line.substring(i + 1)), WIRE_KEY)
				.valid())
			.boxed()
			.toList();
		assertThat(unnoticed).isEmpty();
	}

	@Test
	void anUpperCaseSignatureBreaksTheChain() {
		String line = AuditVectors.lines("audit-ts.jsonl").get(0);
		String signature = SignedAuditEntry.parse(line).signature();
		assertThat(HashChain.verify(Stream.of(line.replace(signature, signature.toUpperCase())), WIRE_KEY).reason())
			.isEqualTo(ChainFault.SIGNATURE_FORM);
	}

	@Test
	void reportsABoundedNumberOfAmbiguousEntries() {
		List<String> lines = new ArrayList<>();
		String previous = WireForm.GENESIS;
		for (int seq = 1; seq <= ChainVerifier.MAX_AMBIGUOUS + 5; seq++) {
			String hash = HashChain.computeHash(seq, "t", "a|b", "d", "g", List.of(), "r", null, previous);
			lines.add(new SignedAuditEntry(seq, "t", "a|b", "d", "g", List.of(), "r", null, previous, hash,
					"00".repeat(64))
				.toJson());
			previous = hash;
		}
		ChainVerification found = HashChain.verify(lines.stream());
		assertThat(found.valid()).isTrue();
		assertThat(found.ambiguous()).hasSize(ChainVerifier.MAX_AMBIGUOUS);
	}

	@Test
	void bytesThatAreNotTextBreakTheChainAndFailingFilesDoNot() {
		assertThat(HashChain.verify(failing(new UncheckedIOException(new MalformedInputException(1)))).reason())
			.isEqualTo(ChainFault.UNREADABLE);
		UncheckedIOException failure = new UncheckedIOException(new NoSuchFileException("x"));
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> HashChain.verify(failing(failure)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----",
			"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEACswA9oDDpSn0DFhnPx/tBfmG5iF5vp8Ilw9CdubNFos=\n-----END PUBLIC KEY-----" })
	void refusesWhatIsNotAnEd25519PublicKeyWithoutQuotingIt(String pem) {
		assertThatIllegalArgumentException().isThrownBy(() -> HashChain.verify(Stream.of(), pem))
			.withMessage("Not an Ed25519 public key in PEM")
			.withNoCause();
	}

	@Test
	void pythonNumbersAreWrittenAsPythonWritesThem() {
		assertThat(Stream
			.of(1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 1.5e-7, -0.0, 0.0, 1e22, 100.0, 0.1, -2.5, 1e-315, 1e-320,
					5e-324, -1e-323, Double.MIN_NORMAL, Double.MAX_VALUE)
			.map(PythonJson::repr)).containsExactly("1e+16", "1000000000000000.0", "1.2345678901234568e+17", "0.0001",
					"1e-05", "1.5e-07", "-0.0", "0.0", "1e+22", "100.0", "0.1", "-2.5", "1e-315", "1e-320", "5e-324",
					"-1e-323", "2.2250738585072014e-308", "1.7976931348623157e+308");
	}

	@Test
	void aLoneSurrogateHashesAsTheReplacementCharacter() {
		assertThat(UnicodeText.utf8("a\uD800b")).isEqualTo("a\uFFFDb".getBytes(StandardCharsets.UTF_8));
		assertThat(UnicodeText.utf8("\uD83D\uDE00\uDC00"))
			.isEqualTo("\uD83D\uDE00\uFFFD".getBytes(StandardCharsets.UTF_8));
	}

	private static Stream<String> failing(RuntimeException failure) {
		return Stream.of("x").map((line) -> {
			throw failure;
		});
	}

	private static Stream<Arguments> entries(String name) {
		JsonNode entries = AuditVectors.json(name).get("entries");
		List<String> lines = AuditVectors.lines(name.replace("-entries.json", ".jsonl"));
		assertThat(lines).hasSize(entries.size());
		return IntStream.range(0, lines.size())
			.mapToObj((i) -> Arguments.of(AuditVectors.string(entries.get(i), "name"), entries.get(i), lines.get(i)));
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
