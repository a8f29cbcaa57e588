package dev.grantex.gemma.audit.verifier;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Somebody who runs the verifier on log files.
 *
 * @param code its exit code
 * @param report what it wrote
 */
public record Auditor(int code, String report) {

	/**
	 * Runs the verifier.
	 * @param keys a file with public keys
	 */
	public static Auditor examine(Path keys, List<Path> logs) {
		ByteArrayOutputStream report = new ByteArrayOutputStream();
		List<String> arguments = new ArrayList<>(List.of("--public-key", keys.toString()));
		logs.forEach((log) -> arguments.add(log.toString()));
		int code = new VerifierCommand(Clock.systemUTC(), Map.of(), report, report).run(arguments);
		return new Auditor(code, report.toString(StandardCharsets.UTF_8));
	}

}
