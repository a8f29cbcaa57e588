package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files that are not what they were when an application starts: it denies calls, says why
 * and what to do in log and health, changes nothing, and works again without a restart
 * once the right ones are back.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExchangedFilesTests {

	@RegisterExtension
	private final Device device = new Device();

	@TempDir
	private Path elsewhere;

	@ParameterizedTest
	@ValueSource(strings = { "audit.jsonl", "audit.seal" })
	void missingFile(String name, CapturedOutput output) throws IOException {
		try (RunningApplication running = this.device.run(Applications.Small.class)) {
			running.bean(Contacts.class).find();
		}
		Files.move(this.device.directory().resolve(name), this.elsewhere.resolve(name));
		try (RunningApplication running = start()) {
			assertDenied(running, "log_missing");
			assertThat(output).contains("Guarded calls are denied (log_missing)")
				.contains("Put the missing file of the log or its seal back");
			Files.move(this.elsewhere.resolve(name), this.device.directory().resolve(name));
			assertWorksAfterSynchronization(running);
		}
	}

	@Test
	void bundleFromBeforeARefresh(CapturedOutput output) throws IOException {
		byte[] older;
		try (RunningApplication running = this.device.run(Applications.Small.class)) {
			running.bean(Contacts.class).find();
			older = Files.readAllBytes(this.device.bundleFile());
		}
		try (RunningApplication running = this.device.run(Applications.Small.class,
				"grantex.gemma.bundle.refresh-threshold=0.99999999")) {
			running.bean(AuditSynchronizer.class).sync();
			running.bean(Contacts.class).find();
		}
		assertThat(this.device.requests(Route.REFRESH)).isPositive();
		byte[] newest = Files.readAllBytes(this.device.bundleFile());
		Files.write(this.device.bundleFile(), older);
		try (RunningApplication running = start()) {
			assertDenied(running, "bundle_outdated");
			assertThat(output).contains("Restore the newest copy of the file at grantex.gemma.bundle.path");
			Files.write(this.device.bundleFile(), newest);
			assertWorksAfterSynchronization(running);
		}
	}

	private RunningApplication start() {
		return this.device.run(WebApplicationType.SERVLET, Applications.Complete.class,
				RunningApplication.WITHOUT_SECURITY, "grantex.gemma.sync.on-startup=false");
	}

	private void assertDenied(RunningApplication application, String reason) {
		Map<String, String> before = this.device.files();
		int requests = this.device.requests(Route.CREATE);
		assertThat(application.get("/find").statusCode()).isEqualTo(503);
		assertThat(application.get("/find").body()).contains("\"" + reason + "\"");
		JsonNode health = application.health();
		assertThat(health.get("status").stringValue()).isEqualTo("DOWN");
		assertThat(health.at("/details/reason").stringValue()).isEqualTo(reason);
		assertThat(health.at("/details/remedy").stringValue()).isNotBlank();
		application.synchronize();
		assertThat(this.device.files()).isEqualTo(before);
		assertThat(this.device.requests(Route.CREATE)).isEqualTo(requests);
	}

	private static void assertWorksAfterSynchronization(RunningApplication application) {
		application.synchronize();
		assertThat(application.health().get("status").stringValue()).isEqualTo("UP");
		assertThat(application.get("/find").body()).isEqualTo("Ada");
	}

}
