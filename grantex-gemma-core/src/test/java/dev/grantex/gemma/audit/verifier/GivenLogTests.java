package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import dev.grantex.gemma.audit.TestChain;
import dev.grantex.gemma.audit.WireForm;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link GivenLog} and what reads it while an application goes on.
 */
class GivenLogTests extends AuditorFixture {

	private final TestChain chain = TestChain.of("g", 10);

	private static ChainExamination examination(LogIndex index) {
		ChainKey key = index.chains().keySet().iterator().next();
		return new ChainExamination(new KeyRing(), key, index.chains().get(key), List.of());
	}

	@Test
	void whatIsAppendedWhileReadingIsLeftOut() throws IOException {
		Path file = log("audit.jsonl", this.chain.lines(1, 5));
		LogIndex index = new LogIndex();
		index.add(GivenLog.of(file));
		Files.writeString(file, this.chain.lines().get(5) + "\n{\"seq\"", StandardOpenOption.APPEND);
		assertThat(examination(index).run().extent().lastSequence()).isEqualTo(5);
	}

	@Test
	void aFileThatWasReplacedWhileReadingIsNotCalledBroken() throws IOException {
		Path file = log("audit.jsonl", this.chain.lines(1, 5));
		LogIndex index = new LogIndex();
		index.add(GivenLog.of(file));
		Files.move(file, this.directory.resolve("audit-g-000000000001.jsonl"));
		log("audit.jsonl", this.chain.lines(6, 10));
		assertThatExceptionOfType(VerifierException.class).isThrownBy(() -> examination(index).run())
			.withMessageContaining("changed while it was read");
	}

	@Test
	void aFileThatShrankWhileReadingIsNotCalledBroken() throws IOException {
		Path file = log("audit.jsonl", this.chain.lines());
		LogIndex index = new LogIndex();
		index.add(GivenLog.of(file));
		Files.writeString(file, "");
		assertThatExceptionOfType(VerifierException.class).isThrownBy(() -> examination(index).run())
			.withMessageContaining("changed while it was read");
	}

	@Test
	void aFileThatWasReplacedBeforeReadingIsNotCalledBroken() throws IOException {
		Path file = log("audit.jsonl", this.chain.lines());
		GivenLog given = GivenLog.of(file);
		Files.move(file, this.directory.resolve("other"));
		log("audit.jsonl", List.of());
		assertThatExceptionOfType(VerifierException.class).isThrownBy(() -> new LogIndex().add(given))
			.withMessageContaining("changed while it was read");
	}

	@Test
	void namesTheChainOfTheFirstEntry() throws IOException {
		Path file = write("audit.jsonl", "garbage\n\n" + this.chain.lines().get(0) + "\n");
		assertThat(GivenLog.of(file).firstChain()).contains(new ChainKey(WireForm.INSTANCE, "g"));
		assertThat(GivenLog.of(write("empty", "")).firstChain()).isEmpty();
	}

}
