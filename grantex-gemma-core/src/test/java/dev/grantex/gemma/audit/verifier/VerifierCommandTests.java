package dev.grantex.gemma.audit.verifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

import dev.grantex.gemma.audit.AuditVectors;
import dev.grantex.gemma.audit.ChainFault;
import dev.grantex.gemma.audit.TestChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the command line of {@link VerifierCommand}.
 */
class VerifierCommandTests extends AuditorFixture {

	@Test
	void aLogThatHoldsEndsWithZero() throws IOException {
		Path log = log("audit.jsonl", TestChain.of("g", 3).lines());
		Outcome outcome = run("--public-key", this.key, log);
		assertThat(outcome.code()).isZero();
		assertThat(outcome.err()).isEmpty();
		assertThat(outcome.out()).startsWith("THE LOG HOLDS\n3 entries in 1 chain and 1 file");
	}

	@Test
	void aBrokenLogEndsWithOneAndIsReported() throws IOException {
		Path log = log("audit.jsonl", List.of(TestChain.of("g", 2).lines().get(0).replace("tool:read", "tool:write")));
		Outcome outcome = run("--public-key=" + this.key, log);
		assertThat(outcome.code()).isOne();
		assertThat(outcome.out()).startsWith("THE LOG IS BROKEN\n").contains("line 1, sequence 1", ChainFault.HASH);
	}

	@Test
	void anEmptyLogProvesNothingButIsNotBroken() throws IOException {
		Outcome outcome = run("--public-key", this.key, log("audit.jsonl", List.of()));
		assertThat(outcome.code()).isZero();
		assertThat(outcome.out()).startsWith("THE LOG HAS NO ENTRIES\n");
	}

	@Test
	void withoutAKeyTheReportSaysLoudlyThatTheOriginIsNotProven() throws IOException {
		Outcome outcome = run(log("audit.jsonl", TestChain.of("g", 2).lines()));
		assertThat(outcome.code()).isZero();
		assertThat(outcome.out()).startsWith("THE HASHES HOLD, THE ORIGIN IS NOT PROVEN\n")
			.contains("!! No public key was given");
	}

	@Test
	void anotherKeyBreaksTheLog() throws IOException {
		Path other = write("other.pem", AuditVectors.key("audit-py-key.json").publicKey());
		Path log = log("audit.jsonl", TestChain.of("g", 2).lines());
		assertThat(run("--public-key", other, log).code()).isOne();
		assertThat(run("--public-key", other, "--public-key", this.key, log).code()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "--public-key", "--json --html x", "--unknown x", "-x", "--json=1 x", "--bundle= x",
			"--bundle-key-file k x", "--bundle b --bundle-key-file k --bundle-passphrase-file p x",
			"--print-public-keys", "--bundle b --bundle-key-file k --bundle-key-file k x" })
	void aWrongCommandLineEndsWithTwoAndPointsToTheHelp(String line) {
		Outcome outcome = run((Object[]) (line.isEmpty() ? new String[0] : line.split(" ")));
		assertThat(outcome.code()).isEqualTo(2);
		assertThat(outcome.out()).isEmpty();
		assertThat(outcome.err()).contains("Try --help.").endsWith("\n");
	}

	@Test
	void theHelpListsEveryOptionAndTheExitCodes() {
		Outcome outcome = run("--help");
		assertThat(outcome.code()).isZero();
		assertThat(outcome.out()).contains("--public-key", "--bundle", "--bundle-key-file", "--bundle-passphrase-file",
				"--seal", "--json", "--html", "--print-public-keys", BundleKeys.KEY_VARIABLE,
				BundleKeys.PASSPHRASE_VARIABLE, "Exit code");
	}

	@Test
	void aFileThatIsNotThereEndsWithTwoAndIsNamed() {
		Path missing = this.directory.resolve("none.jsonl");
		assertThat(run(missing)).isEqualTo(new Outcome(2, "", "There is no file " + missing + ".\n"));
		assertThat(run("--public-key", missing, missing).code()).isEqualTo(2);
		assertThat(run("--seal", missing, this.key).code()).isEqualTo(2);
	}

	@Test
	void aDirectoryEndsWithTwo() {
		Outcome outcome = run(this.directory);
		assertThat(outcome.code()).isEqualTo(2);
		assertThat(outcome.err()).contains("is a directory");
	}

	@Test
	void whatCannotNameAFileEndsWithTwo() {
		assertThat(run("a\0b").err()).isEqualTo("This cannot be the name of a file: a<U+0000>b\n");
		assertThat(run("").code()).isEqualTo(2);
	}

	@Test
	void afterTwoDashesEverythingIsAFile() {
		assertThat(run("--", "--json").err()).startsWith("There is no file --json");
	}

	@Test
	void hostileFileNamesCannotSpeakToTheTerminal() {
		assertThat(run("\u001b[2Jx").err()).doesNotContain("\u001b").contains("<U+001B>[2Jx");
	}

	@Test
	void readsThroughLinksAndWithAnyPermissions() throws IOException {
		Path log = log("copy.jsonl", TestChain.of("g", 3).lines());
		Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-rw-rw-"));
		Path link = Files.createSymbolicLink(this.directory.resolve("link.jsonl"), log);
		assertThat(verify(link).code()).isZero();
	}

	@Test
	void printsThePublicKeysAsPemThatItReadsAgain() throws IOException {
		Path other = write("other.pem", AuditVectors.key("audit-py-key.json").publicKey());
		Outcome printed = run("--public-key", this.key, "--public-key", other, "--print-public-keys");
		assertThat(printed.code()).isZero();
		assertThat(printed.out()).isEqualTo(TestChain.KEY.publicKey().strip() + "\n"
				+ AuditVectors.key("audit-py-key.json").publicKey().strip() + "\n");
		Path both = write("both.pem", printed.out());
		assertThat(run("--public-key", both, log("audit.jsonl", TestChain.of("g", 2).lines())).code()).isZero();
	}

	@Test
	void writesUtf8WhateverTheStreamIsSaidToHave() throws IOException {
		Path log = log("audit.jsonl", TestChain.of("g").append("tool:漢字", "success", null).lines());
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		PrintStream out = new PrintStream(bytes, true, StandardCharsets.US_ASCII);
		new VerifierCommand(CLOCK, Map.of(), out, out).run(List.of(log.toString()));
		assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("tool:漢字");
	}

	@Test
	void aReportThatCannotBeWrittenEndsWithTwo() throws IOException {
		Path log = log("audit.jsonl", TestChain.of("g", 1).lines());
		OutputStream full = new OutputStream() {
			@Override
			public void write(int b) throws IOException {
				throw new IOException("full");
			}
		};
		VerifierCommand raw = new VerifierCommand(CLOCK, Map.of(), full, full);
		assertThat(raw.run(List.of(log.toString()))).isEqualTo(2);
		PrintStream quiet = new PrintStream(full);
		assertThat(new VerifierCommand(CLOCK, Map.of(), quiet, quiet).run(List.of(log.toString()))).isEqualTo(2);
	}

}
