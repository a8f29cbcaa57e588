package dev.grantex.gemma.audit.verifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.grantex.gemma.audit.AuditVectors;
import dev.grantex.gemma.audit.TestChain;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A directory with logs and a key, and what {@link VerifierCommand} says of them.
 */
public abstract class AuditorFixture {

	static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

	final Map<String, String> environment = new HashMap<>();

	@TempDir
	Path directory;

	Path key;

	/**
	 * How a run ended.
	 */
	public record Outcome(int code, String out, String err) {

		JsonNode report() {
			return AuditVectors.parse(this.out);
		}

		JsonNode chain() {
			assertThat(report().get("chains").size()).isEqualTo(1);
			return report().get("chains").get(0);
		}

	}

	@BeforeEach
	void storeTheKey() throws IOException {
		this.key = write("key.pem", TestChain.KEY.publicKey());
	}

	Path write(String name, String text) throws IOException {
		return Files.writeString(this.directory.resolve(name), text);
	}

	/**
	 * Writes a log whose lines are all ended.
	 */
	Path log(String name, List<String> lines) throws IOException {
		return write(name, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
	}

	Outcome run(Object... args) {
		return outcome(this.environment, Arrays.stream(args).map(Object::toString).toList());
	}

	/**
	 * Runs without any environment.
	 */
	public static Outcome outcome(List<String> args) {
		return outcome(Map.of(), args);
	}

	private static Outcome outcome(Map<String, String> environment, List<String> args) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		ByteArrayOutputStream err = new ByteArrayOutputStream();
		int code = new VerifierCommand(CLOCK, environment, out, err).run(args);
		return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
	}

	/**
	 * Verifies with the key, and reports as JSON.
	 */
	Outcome verify(Path... logs) {
		List<Object> args = new ArrayList<>(List.of("--json", "--public-key", this.key));
		args.addAll(List.of(logs));
		return run(args.toArray());
	}

	static String verdict(JsonNode node) {
		return node.get("verdict").stringValue();
	}

}
