package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.function.ThrowingConsumer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can be wrong around an application when it starts: it starts all the same, denies
 * calls, says why and what to do in log and health, and overwrites nothing.
 */
@ExtendWith(OutputCaptureExtension.class)
class BadInputTests {

	private static final String OTHER_KEY = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void unreachableServiceAtTheFirstStart(CapturedOutput output) {
		this.device.service().faults().unreachable();
		whileRunning((application) -> {
			assertDenied(application, "no_bundle", 503);
			assertThat(output).contains("Guarded calls are denied (no_bundle)").contains("grantex.gemma.api.base-url");
			JsonNode details = application.health().get("details");
			assertThat(details.get("problem").stringValue()).startsWith("offline");
			assertThat(details.get("problemRemedy").stringValue()).contains("grantex.gemma.api.base-url");
			this.device.service().faults().reachable();
			application.synchronize();
			assertThat(application.get("/find").body()).isEqualTo("Ada");
			assertThat(application.health().get("status").stringValue()).isEqualTo("UP");
		});
	}

	@Test
	void wrongApiKeyAtTheFirstStart(CapturedOutput output) {
		whileRunning((application) -> {
			assertDenied(application, "no_bundle", 503);
			assertThat(output).contains("Set grantex.gemma.api.key").doesNotContain("wrong-key");
			JsonNode details = application.health().get("details");
			assertThat(details.get("problem").stringValue()).startsWith("key_refused");
			assertThat(details.get("problemRemedy").stringValue()).contains("grantex.gemma.api.key");
		}, "grantex.gemma.api.key=wrong-key-of-a-good-length");
	}

	@Test
	void wrongApiKeyWithAStoredBundle(CapturedOutput output) {
		issue();
		whileRunning((application) -> {
			application.synchronize();
			assertThat(application.get("/find").statusCode()).isEqualTo(200);
			assertThat(output).contains("Set grantex.gemma.api.key").doesNotContain("wrong-key");
			JsonNode health = application.health();
			assertThat(health.get("status").stringValue()).isEqualTo("UP");
			assertThat(health.at("/details/problem").stringValue()).startsWith("key_refused");
		}, "grantex.gemma.api.key=wrong-key-of-a-good-length");
	}

	@Test
	void missingApiKey(CapturedOutput output) {
		start((application) -> assertThat(output).contains("api_key_missing").contains("Set grantex.gemma.api.key"),
				"grantex.gemma.api.key=");
		assertThat(this.device.service().requests()).isEmpty();
	}

	@Test
	void nothingToRequestABundleFor(CapturedOutput output) {
		start((application) -> assertThat(output).contains("Set grantex.gemma.agent-id, user-id and scopes"),
				"grantex.gemma.user-id=");
	}

	@Test
	void noBundleAndNoneMayBeRequested(CapturedOutput output) {
		start((application) -> assertThat(output).contains("grantex.gemma.bundle.auto-issue"),
				"grantex.gemma.bundle.auto-issue=false");
		assertThat(this.device.service().requests()).isEmpty();
	}

	@Test
	void newestBundleThatWasRevokedAfterTheFilesWereDeleted(CapturedOutput output) throws IOException {
		issue();
		this.device.service().revokeBundle(this.device.bundle().bundleId(), false);
		Files.delete(this.device.bundleFile());
		Files.delete(this.device.auditFile());
		Files.delete(this.device.directory().resolve("audit.seal"));
		start((application) -> assertThat(output).contains("No bundle is requested (newest_bundle_revoked)")
			.doesNotContain("could not be requested"));
		assertThat(this.device.requests(Route.CREATE)).isEqualTo(1);
	}

	@Test
	void revokedBundleWhileOfflineIsNotTakenForARequestThatFailed(CapturedOutput output) {
		issue();
		this.device.service().revokeBundle(this.device.bundle().bundleId(), false);
		whileRunning((application) -> application.synchronize());
		this.device.service().faults().unreachable();
		start((application) -> assertThat(output).contains("Guarded calls are denied (revoked)")
			.doesNotContain("requested ("));
	}

	@Test
	void scopeThatTheAgentMayNotHave(CapturedOutput output) {
		start((application) -> assertThat(output).contains("registered with grantex.gemma.scopes"),
				"grantex.gemma.scopes=fly:plane");
	}

	@Test
	void agentThatTheServiceDoesNotKnow(CapturedOutput output) {
		start((application) -> assertThat(output).contains("Check grantex.gemma.agent-id"),
				"grantex.gemma.agent-id=ag_unknown");
	}

	@ParameterizedTest
	@ValueSource(strings = { "grantex.gemma.bundle.encryption-key=" + OTHER_KEY,
			"grantex.gemma.bundle.encryption-key=,grantex.gemma.bundle.passphrase=correct horse" })
	void wrongEncryptionKey(String properties, CapturedOutput output) {
		issue();
		Map<String, String> before = this.device.files();
		whileRunning((application) -> {
			assertDenied(application, "bundle_unreadable", 503);
			application.synchronize();
			assertThat(output).contains("Check grantex.gemma.bundle.encryption-key").doesNotContain(OTHER_KEY);
		}, properties.split(","));
		assertThat(this.device.files()).isEqualTo(before);
		assertThat(this.device.requests(Route.CREATE)).isEqualTo(1);
	}

	@Test
	void unwritableDirectory(CapturedOutput output) throws IOException {
		Path file = Files.writeString(this.device.directory().resolve("file"), "not a directory");
		Map<String, String> before = this.device.files();
		whileRunning((application) -> {
			assertThat(application.get("/find").statusCode()).isEqualTo(503);
			assertThat(application.health().get("status").stringValue()).isEqualTo("DOWN");
			assertThat(output).contains("grantex.gemma.bundle.path");
		}, "grantex.gemma.bundle.path=" + file.resolve("bundle.enc"));
		assertThat(this.device.files()).isEqualTo(before);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void directoryThatCannotBeMade(CapturedOutput output) {
		whileRunning((application) -> {
			assertDenied(application, "no_bundle", 503);
			assertThat(output).contains("permissions at grantex.gemma.bundle.path");
			assertThat(application.health().at("/details/problem").stringValue()).startsWith("local");
			assertThat(application.health().at("/details/problemRemedy").stringValue())
				.contains("grantex.gemma.bundle.path");
		}, "grantex.gemma.bundle.path=/proc/grantex/bundle.enc", "grantex.gemma.sync.on-startup=false");
	}

	@Test
	void unwritableDirectoryOfTheLog(CapturedOutput output) throws IOException {
		Path file = Files.writeString(this.device.directory().resolve("file"), "not a directory");
		whileRunning((application) -> {
			assertDenied(application, "log_unwritable", 503);
			assertThat(output).contains("permissions at grantex.gemma.audit.path");
		}, "grantex.gemma.audit.path=" + file.resolve("audit.jsonl"));
		assertThat(file).hasContent("not a directory");
	}

	@Test
	void corruptedLog(CapturedOutput output) throws IOException {
		start((application) -> {
			application.bean(Contacts.class).find();
			application.bean(Contacts.class).find();
		}, "grantex.gemma.sync.on-shutdown=false");
		String log = Files.readString(this.device.auditFile());
		Files.writeString(this.device.auditFile(), log.replace("success", "denied!"));
		Map<String, String> before = this.device.files();
		whileRunning((application) -> {
			assertDenied(application, "log_corrupted", 503);
			application.synchronize();
			assertThat(output).contains("Keep the log files as evidence");
		});
		assertThat(this.device.files()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "grantex.gemma.agent-id=ag_other", "grantex.gemma.user-id=user_bob",
			"grantex.gemma.device-id=device-2", "grantex.gemma.scopes=read:contacts,write:contacts" })
	void bundleForSomethingElseWhileOffline(String property, CapturedOutput output) {
		issue();
		Map<String, String> before = this.device.files();
		this.device.service().faults().unreachable();
		start((application) -> assertThat(output).contains("Guarded calls are denied (bundle_mismatch)")
			.contains("Restore the former grantex.gemma.agent-id"), property);
		assertThat(this.device.files()).containsEntry("bundle.enc", before.get("bundle.enc"))
			.containsEntry("audit.jsonl", before.get("audit.jsonl"));
	}

	@Test
	void bundleForAnotherHostNameWhileOffline(CapturedOutput output) {
		issue();
		this.device.service().faults().unreachable();
		whileRunning((application) -> {
			assertThat(application.health().at("/details/remedy").stringValue())
				.contains("issued for the device device-1, and this one is c0ffee123456", "grantex.gemma.device-id");
			assertThat(application.json("/actuator/grantex").get("remedy"))
				.isEqualTo(application.health().at("/details/remedy"));
			assertThat(output).contains("issued for the device device-1, and this one is c0ffee123456");
		}, "grantex.gemma.device-id=c0ffee123456");
	}

	@Test
	void bundleForSomethingElseIsReplacedOnlineAndItsEvidenceDelivered() {
		start((application) -> application.bean(Contacts.class).find(), "grantex.gemma.sync.on-shutdown=false");
		String former = this.device.bundle().bundleId();
		whileRunning((application) -> {
			assertThat(application.get("/find").statusCode()).isEqualTo(200);
			application.synchronize();
		}, "grantex.gemma.user-id=user_bob");
		assertThat(this.device.bundle().bundleId()).isNotEqualTo(former);
		assertThat(this.device.service().auditEntries(former)).hasSize(1);
	}

	private void issue() {
		start((application) -> assertThat(this.device.bundleFile()).exists());
	}

	private void start(ThrowingConsumer<RunningApplication> test, String... properties) {
		try (RunningApplication running = this.device.run(Applications.Small.class, properties)) {
			test.accept(running);
		}
	}

	private void whileRunning(ThrowingConsumer<RunningApplication> test, String... properties) {
		String[] all = Arrays.copyOf(properties, properties.length + 1);
		all[properties.length] = RunningApplication.WITHOUT_SECURITY;
		try (RunningApplication running = this.device.run(WebApplicationType.SERVLET, Applications.Complete.class,
				all)) {
			test.accept(running);
		}
	}

	private static void assertDenied(RunningApplication application, String reason, int status) {
		assertThat(application.get("/find").statusCode()).isEqualTo(status);
		assertThat(application.get("/find").body()).contains("\"" + reason + "\"");
		JsonNode health = application.health();
		assertThat(health.get("status").stringValue()).isEqualTo("DOWN");
		assertThat(health.at("/details/reason").stringValue()).isEqualTo(reason);
		assertThat(health.at("/details/remedy").stringValue()).isNotBlank();
	}

}
