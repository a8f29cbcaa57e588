package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.DoubleFunction;

import dev.grantex.gemma.audit.json.CanonicalJson;
import dev.grantex.gemma.audit.json.EcmaNumber;
import dev.grantex.gemma.audit.json.PythonJson;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares numbers and canonical texts with those of a real ECMAScript engine, and
 * Python's numbers with those of Python.
 */
class OtherLanguagesTests {

	@TempDir
	Path directory;

	@Test
	void numbersAreThoseOfEcmaScript() throws IOException {
		compareNumbers("node", "ecmascript.js", EcmaNumber::write, 50_000, 1);
	}

	@Test
	void canonicalTextsAreThoseOfEcmaScript() throws IOException {
		compareTexts(10_000, 1);
	}

	@Test
	void numbersAreThoseOfPython() throws IOException {
		compareNumbers("python3", "python.py", PythonJson::repr, 50_000, 1);
	}

	@Test
	@Tag("endurance")
	void threeHundredMillionNumbersAreThoseOfEcmaScript() throws IOException {
		compareNumbers("node", "ecmascript.js", EcmaNumber::write, 300_000_000, System.nanoTime());
	}

	@Test
	@Tag("endurance")
	void aMillionTextsAreThoseOfEcmaScript() throws IOException {
		compareTexts(1_000_000, System.nanoTime());
	}

	@Test
	@Tag("endurance")
	void twentyMillionNumbersAreThoseOfPython() throws IOException {
		compareNumbers("python3", "python.py", PythonJson::repr, 20_000_000, System.nanoTime());
	}

	private void compareNumbers(String interpreter, String script, DoubleFunction<String> writer, int count, long seed)
			throws IOException {
		long start = System.nanoTime();
		RandomNumbers numbers = new RandomNumbers(seed);
		try (ReferenceProcess reference = ReferenceProcess.start(this.directory, interpreter, script, "numbers")) {
			for (int i = 0; i < count; i++) {
				double value = numbers.next();
				reference.number(value, writer.apply(value));
			}
			assertThat(reference.answer()).as("seed " + seed).isEqualTo(count + " compared, 0 differ, 0 bytes left");
		}
		Endurance.report("%,d numbers as %s writes them, seed %d, %s", count, interpreter, seed,
				Endurance.since(start));
	}

	private void compareTexts(int count, long seed) throws IOException {
		long start = System.nanoTime();
		RandomJson texts = new RandomJson(seed);
		int refused = 0;
		try (ReferenceProcess reference = ReferenceProcess.start(this.directory, "node", "ecmascript.js", "texts")) {
			for (int i = 0; i < count; i++) {
				String text = texts.next();
				String canonical = canonical(text);
				refused += canonical.isEmpty() ? 1 : 0;
				reference.text(text.getBytes(StandardCharsets.UTF_8), canonical.getBytes(StandardCharsets.UTF_8));
			}
			assertThat(reference.answer()).as("seed " + seed).isEqualTo(count + " compared, 0 differ, 0 bytes left");
		}
		Endurance.report("%,d JSON texts as node reads and writes them, %,d of them refused, seed %d, %s", count,
				refused, seed, Endurance.since(start));
	}

	private static String canonical(String text) {
		try {
			return CanonicalJson.canonicalize(text);
		}
		catch (IllegalArgumentException ex) {
			return "";
		}
	}

}
