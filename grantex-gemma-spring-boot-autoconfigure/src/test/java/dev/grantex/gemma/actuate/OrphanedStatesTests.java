package dev.grantex.gemma.actuate;

import java.io.IOException;
import java.nio.file.Files;

import org.junit.jupiter.api.Test;
import org.springframework.http.ProblemDetail;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.autoconfigure.RunningApplication;
import dev.grantex.gemma.web.ProblemDetails;
import dev.grantex.simulator.Faults;
import dev.grantex.simulator.Route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What health says, word for word, of evidence that is left without its bundle.
 */
class OrphanedStatesTests extends StatesFixture {

	@Test
	void healthNamesTheBundleAndTheNumberUntilTheOperatorAllowsANewOne() throws IOException {
		try (RunningApplication application = start()) {
			call(application);
			synchronize(application);
			call(application);
			call(application);
		}
		Files.delete(this.device.directory().resolve("bundle.enc"));
		service().faults().unreachable();
		try (RunningApplication application = start()) {
			assertThat(health(application).at("/details/reason").stringValue()).isEqualTo("no_bundle");
			assertThat(health(application).at("/details/orphans/0/bundle").stringValue()).isEqualTo("bundle_1");
			assertThat(health(application).at("/details/orphans/0/undelivered").intValue()).isEqualTo(3);
		}
		service().faults().clear();
		service().faults().respond(Route.SYNC, 400, """
				{"message": "no", "code": "INVALID_AUDIT_ENTRIES", "requestId": "r",
				 "errors": [{"seq": 2, "code": "BAD_HASH", "message": "no"}]}
				""", Faults.ALWAYS);
		try (RunningApplication application = start()) {
			assertHealth(health(application), """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "bundle_missing",
					    "remedy": "Find out who removed the consent bundle's file, and keep the log files as evidence. \
					Restore the newest copy at grantex.gemma.bundle.path; if there is none, allow a new bundle: set \
					grantex.gemma.bundle.reissue-after to the ids that health names under orphans and restart; see \
					docs/recovery.md.",
					    "orphans": [{"bundle": "bundle_1", "grant": "%s", "undelivered": 2}],
					    "online": true,
					    "nextCycle": "2026-01-01T00:05:00Z",
					    "problem": "rejected: bundle_missing",
					    "problemRemedy": "Evidence of the bundle bundle_1 is on this device without that bundle, and \
					cannot be delivered. Keep the log files, and restore the bundle's file if there is a copy.",
					    "problemBundle": "bundle_1"
					  }
					}
					""".formatted(service().bundle(bundle(1)).orElseThrow().grantId()));
			CallDeniedException denied = catchThrowableOfType(CallDeniedException.class, () -> call(application));
			assertThat(denied.reason()).isEqualTo("bundle_missing");
			assertThat(denied.getMessage()).doesNotContain(bundle(1));
			ProblemDetail problem = ProblemDetails.of(denied);
			assertThat(problem.getStatus()).isEqualTo(503);
		}
		try (RunningApplication application = start("grantex.gemma.bundle.reissue-after=bundle_0," + bundle(1))) {
			call(application);
			assertThat(health(application).path("details").has("orphans")).isFalse();
			assertThat(endpoint(application).at("/bundle/predecessor/reason").stringValue())
				.isEqualTo("bundle_missing");
		}
	}

}
