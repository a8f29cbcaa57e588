package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for a disk that has no room, which the limit of file sizes of a process is like:
 * the write that reaches it is cut short and the next one fails.
 */
class FileSizeLimitTests extends StoredLogFixture {

	private static final int LIMIT = 64 * 1024;

	private static final String[] LIMITED = { "bash", "-c", "ulimit -S -f " + LIMIT / 1024 + "; exec \"$@\"", "bash" };

	@BeforeAll
	static void requireAShell() throws Exception {
		assumeThat(succeeds("bash", "-c", "ulimit -S -f 64")).as("bash limits file sizes").isTrue();
	}

	@ParameterizedTest
	@EnumSource(Durability.class)
	void nothingAcknowledgedIsLostAndARestartWithoutTheLimitGoesOn(Durability durability) throws Exception {
		try (ChildLog child = ChildLog.start(this.acknowledgements, LIMITED)) {
			child.create(this.file, durability);
			fillUp(child);
			assertThat(child.append(1, 10)).isEqualTo("refused log_unwritable");
			assertThat(child.ask("failure")).isEqualTo("failure log_unwritable");
			child.kill();
		}
		assertThat(this.file).isRegularFile();
		try (OfflineAuditLog log = open()) {
			this.acknowledgements.assertKeptBy(log);
			appendAcknowledged(log, 1);
		}
		this.acknowledgements.assertKeptOnDisk(this.file);
	}

	@ParameterizedTest
	@EnumSource(Durability.class)
	void goesOnOnceTheLimitIsLifted(Durability durability) throws Exception {
		assumeThat(succeeds("prlimit", "--fsize")).as("prlimit can lift a limit").isTrue();
		try (ChildLog child = ChildLog.start(this.acknowledgements, LIMITED)) {
			child.create(this.file, durability);
			fillUp(child);
			assertThat(succeeds("prlimit", "--pid", String.valueOf(child.pid()), "--fsize=unlimited:")).isTrue();
			assertThat(child.ask("writable")).isEqualTo("writable");
			assertThat(child.ask("failure")).isEqualTo("failure null");
			assertThat(child.append(4, 50)).startsWith("appended ");
			assertThat(child.ask("verify")).startsWith("valid ");
			assertThat(child.ask("close")).isEqualTo("closed");
		}
		assertThat(Files.size(this.file)).isGreaterThan(LIMIT);
		this.acknowledgements.assertKeptOnDisk(this.file);
	}

	@Test
	void rotationStaysBelowTheLimit() throws Exception {
		try (ChildLog child = ChildLog.start(this.acknowledgements, LIMITED)) {
			child.create(this.file, Durability.OS, LIMIT / 2);
			assertThat(child.append(4, 100)).isEqualTo("appended 400");
			assertThat(child.ask("close")).isEqualTo("closed");
		}
		assertThat(this.acknowledgements.assertKeptOnDisk(this.file)).isEqualTo(400);
	}

	private void fillUp(ChildLog child) throws Exception {
		assertThat(child.append(4, 1_000)).isEqualTo("refused log_unwritable");
		assertThat(this.acknowledgements.count()).isGreaterThan(50);
		assertThat(child.ask("read 1")).isEqualTo("read " + this.acknowledgements.last());
		assertThat(child.ask("verify")).isEqualTo("valid " + this.acknowledgements.count());
	}

	private static boolean succeeds(String... command) throws InterruptedException {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
