package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.grantex.gemma.audit.TestChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link VerifierCommand} shows of logs that want to deceive their reader.
 */
class HostileLogTests extends AuditorFixture {

	private static final String HOSTILE = "<script>alert(1)</script>\"'&\u0000\u0007\u001b[2J\u007f\u009b\r\n\u061c\u200e\u200f"
			+ "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\u200b\ufeff\u00ad\ud800\udb40\udc41";

	private Path hostileLog() throws IOException {
		TestChain chain = TestChain.of("grnt_" + HOSTILE)
			.append(HOSTILE, HOSTILE, Map.of())
			.append(HOSTILE, "denied", Map.of("reason", HOSTILE))
			.append(HOSTILE, HOSTILE, "started", null);
		return log("audit.jsonl", chain.lines());
	}

	@ParameterizedTest
	@ValueSource(strings = { "--json", "--html", "text" })
	void nothingInALogCanMoveTheCursorTurnTheTextOrHide(String format) throws IOException {
		Path log = hostileLog();
		Outcome outcome = format.equals("text") ? run(log) : run(format, log);
		assertThat(outcome.code()).as(outcome.err()).isZero();
		String shown = outcome.out();
		assertThat(shown.codePoints().filter((c) -> c != '\n').filter(HostileLogTests::isUnseen).toArray()).isEmpty();
		assertThat(shown).contains("U+202E").contains("U+001B").contains("U+D800").contains("U+E0041");
	}

	@Test
	void nothingInALogBecomesMarkup() throws IOException {
		String page = run("--html", hostileLog()).out();
		assertThat(page).doesNotContain("<script").contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
	}

	@Test
	void nothingInALogAddsLinesToTheReport() throws IOException {
		Path log = log("audit.jsonl",
				TestChain.of("g").append("a\nTHE LOG HOLDS\r\u2028CHAIN x: HOLDS\u0085", "success", null).lines());
		assertThat(run(log).out().lines()).noneMatch((line) -> line.startsWith("THE LOG HOLDS"));
	}

	@Test
	void aResultCannotPassForSeveral() throws IOException {
		Path log = log("audit.jsonl", TestChain.of("g").append("a", "x, 900 \"denied\"", null).lines());
		assertThat(run(log).out()).contains("1 \"x, 900 <U+0022>denied<U+0022>\"");
	}

	@Test
	void hugeTextsAreCut() throws IOException {
		String huge = "\u202e".repeat(200_000);
		Path log = log("audit.jsonl", TestChain.of(huge).append(huge, huge, Map.of("reason", huge)).lines());
		for (String format : List.of("--json", "--html")) {
			assertThat(run(format, log).out().length()).isLessThan(60_000);
		}
		assertThat(run(log).out().lines()).allMatch((line) -> line.length() < 4000);
	}

	@Test
	void metadataOfAnyShapeIsPassedOver() throws IOException {
		Map<String, Object> metadata = Map.of("reason", List.of("x"), "count", Map.of(), "intent", "1");
		Path log = log("audit.jsonl", TestChain.of("g").append("a", "denied", metadata).lines());
		assertThat(run("--json", log).chain().get("activity").get("denials").get(0).get("reason").stringValue())
			.isEqualTo("no reason given");
	}

	@Test
	void deepAndHugeLinesBreakTheLogAndNothingElse() throws IOException {
		for (String line : List.of("[".repeat(100_000), "{\"agentDID\":" + "[".repeat(100_000),
				"{\"agentDID\":1" + "0".repeat(100_000) + "}", "{\"seq\":1e999999999,\"agentDID\":\"\"}")) {
			assertThat(run(log("audit.jsonl", List.of(line))).code()).isOne();
		}
	}

	private static boolean isUnseen(int c) {
		int type = Character.getType(c);
		return type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE
				|| type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
	}

}
