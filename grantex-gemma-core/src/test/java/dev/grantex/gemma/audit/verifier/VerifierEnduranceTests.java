package dev.grantex.gemma.audit.verifier;

import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.grantex.gemma.audit.AuditLogVerifier;
import dev.grantex.gemma.audit.AuditVectors;
import dev.grantex.gemma.audit.EntryFactory;
import dev.grantex.gemma.audit.TestChain;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Verifies a million entries in a virtual machine of 64 MB.
 */
@Tag("endurance")
class VerifierEnduranceTests extends AuditorFixture {

	private static final int ENTRIES = 1_000_000;

	private static final int FILES = 10;

	@Test
	void aMillionSignedEntriesAreVerifiedIn64Megabytes() throws Exception {
		writeLogs();
		File report = this.directory.resolve("report.json").toFile();
		Process process = new ProcessBuilder(command()).redirectOutput(report)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try {
			assertThat(process.waitFor(60, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.exitValue()).isZero();
		JsonNode chain = AuditVectors.parse(Files.readString(report.toPath())).get("chains").get(0);
		assertThat(chain.get("extent").get("intactEntries").intValue()).isEqualTo(ENTRIES);
		assertThat(chain.get("findings").get("unfinished").get("listed").size()).isEqualTo(50);
		assertThat(chain.get("findings").get("unfinished").get("others").intValue()).isEqualTo(ENTRIES / 10 - 50);
		assertThat(chain.get("activity").get("otherActions").intValue()).isPositive();
	}

	private List<String> command() {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-cp",
						System.getProperty("java.class.path"), AuditLogVerifier.class.getName(), "--json",
						"--public-key", this.key.toString()));
		for (int i = FILES; i > 0; i--) {
			command.add(file(i).toString());
		}
		return command;
	}

	private void writeLogs() throws IOException {
		TestChain chain = TestChain.of("g");
		for (int file = 1; file <= FILES; file++) {
			try (BufferedWriter out = Files.newBufferedWriter(file(file))) {
				for (int i = 0; i < ENTRIES / FILES; i++) {
					String time = EntryFactory.timestamp(TestChain.START.plusSeconds(chain.head().sequence() * 17));
					String result = (i % 10 == 0) ? "started" : "success";
					out.write(chain.next(time, "tool:" + i % 2000, result, Map.of("method", "A.b")).toJson());
					out.write('\n');
				}
			}
		}
	}

	private Path file(int number) {
		return this.directory.resolve("audit-" + number + ".jsonl");
	}

}
