package dev.grantex.gemma.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.grantex.simulator.Route;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.util.FileSystemUtils;

import dev.grantex.gemma.autoconfigure.Device;
import dev.grantex.gemma.autoconfigure.MutableClock;
import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Health is about whether calls can be made and evidence arrives, not about being online,
 * and asks nobody.
 */
class GrantexHealthIndicatorTests {

	@RegisterExtension
	private final Device device = new Device();

	@ParameterizedTest
	@CsvSource({ "500,INTERNAL_ERROR,offline", "429,RATE_LIMITED,rate_limited", "401,UNAUTHORIZED,key_refused",
			"403,FORBIDDEN,key_refused" })
	void upWhenTheServiceWillNotTalk(int status, String code, String problem) {
		whileRunning((context, clock) -> {
			answer(Route.STATUS, status, code);
			synchronize(context);
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			assertThat(health(context).getDetails().get("problem").toString()).startsWith(problem);
		});
	}

	@Test
	void downWhenTheClockIsSetBackAndUpAgainWhenItIsRight() {
		whileRunning((context, clock) -> {
			clock.advance(Duration.ofDays(-1));
			assertDown(context, "clock_rollback");
			clock.advance(Duration.ofDays(1));
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void downWhenTheServiceDoesNotKnowTheBundle() {
		whileRunning((context, clock) -> {
			answer(Route.STATUS, 404, "NOT_FOUND");
			answer(Route.GET, 404, "NOT_FOUND");
			answer(Route.LIST, 503, "UNAVAILABLE");
			synchronize(context);
			assertDown(context, "bundle_unknown");
			synchronize(context);
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void whatTheServiceSaidStandsWhileItCannotBeReached() {
		whileRunning((context, clock) -> {
			answer(Route.STATUS, 404, "NOT_FOUND");
			answer(Route.GET, 404, "NOT_FOUND");
			this.device.service().faults().respond(Route.ANY, 503, "{}", 9);
			synchronize(context);
			synchronize(context);
			assertDown(context, "bundle_unknown");
		});
	}

	@Test
	void warnsOfFilesThatAGroupMayWriteUntilThatIsPutRight() throws IOException {
		Files.setPosixFilePermissions(this.device.directory(), PosixFilePermissions.fromString("rwxrwxr-x"));
		whileRunning((context, clock) -> {
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			assertThat(warnings(context)).contains("(.)", "fsGroupChangePolicy: OnRootMismatch");
			Files.setPosixFilePermissions(this.device.auditFile(), PosixFilePermissions.fromString("rw-rw----"));
			synchronize(context);
			assertThat(warnings(context)).contains("(., audit.jsonl)");
			Files.setPosixFilePermissions(this.device.auditFile(), PosixFilePermissions.fromString("rw-------"));
			Files.setPosixFilePermissions(this.device.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
			synchronize(context);
			assertThat(health(context).getDetails()).doesNotContainKey("warnings");
		});
	}

	@Test
	void aWarningGoesOnceThatIsPutRightWithoutACycle() throws IOException {
		Files.setPosixFilePermissions(this.device.directory(), PosixFilePermissions.fromString("rwxrwxr-x"));
		whileRunning((context, clock) -> {
			assertThat(warnings(context)).contains("(.)");
			Files.setPosixFilePermissions(this.device.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
			Awaitility.await()
				.untilAsserted(() -> assertThat(health(context).getDetails()).doesNotContainKey("warnings"));
		});
	}

	@Test
	void touchesNeitherFilesNorNetwork() {
		whileRunning((context, clock) -> {
			Map<String, Object> before = health(context).getDetails();
			FileSystemUtils.deleteRecursively(this.device.directory());
			this.device.service().clearRequests();
			assertThat(health(context).getDetails()).isEqualTo(before);
			assertThat(this.device.service().requests()).isEmpty();
			assertThat(this.device.directory()).doesNotExist();
		});
	}

	@Test
	void namesSettingsFromFilesThatThisProcessCanWrite() throws IOException {
		Path file = Files.writeString(this.device.directory().resolve("planted.properties"),
				"grantex.gemma.bundle.reissue-after=bundle_1");
		this.device.contexts()
			.run((context) -> assertThat(health(context).getDetails()).doesNotContainKey("writableSettings"));
		this.device.contexts()
			.withInitializer(new ConfigDataApplicationContextInitializer())
			.withPropertyValues("spring.config.import=file:" + file)
			.run((context) -> assertThat(health(context).getDetails()).containsEntry("writableSettings",
					List.of("grantex.gemma.bundle.reissue-after")));
	}

	private void answer(Route route, int status, String code) {
		this.device.service()
			.faults()
			.respond(route, status, "{\"message\":\"no\",\"code\":\"%s\",\"requestId\":\"r\"}".formatted(code), 1);
	}

	private void whileRunning(Step step) {
		MutableClock clock = new MutableClock();
		this.device.contexts()
			.withBean("grantexClock", Clock.class, () -> clock)
			.withPropertyValues("grantex.gemma.sync.on-shutdown=false")
			.run((context) -> step.run(context, clock));
	}

	private static void synchronize(AssertableApplicationContext context) {
		context.getBean(AuditSynchronizer.class).sync();
	}

	private static Health health(AssertableApplicationContext context) {
		return context.getBean(GrantexHealthIndicator.class).health();
	}

	private static String warnings(AssertableApplicationContext context) {
		return String.valueOf(health(context).getDetails().get("warnings"));
	}

	private static void assertDown(AssertableApplicationContext context, String reason) {
		assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
		assertThat(health(context).getDetails()).containsEntry("reason", reason).containsKey("remedy");
	}

	@FunctionalInterface
	interface Step {

		void run(AssertableApplicationContext context, MutableClock clock) throws IOException;

	}

}
