package dev.grantex.gemma.actuate;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
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

	private static void assertDown(AssertableApplicationContext context, String reason) {
		assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
		assertThat(health(context).getDetails()).containsEntry("reason", reason).containsKey("remedy");
	}

	@FunctionalInterface
	interface Step {

		void run(AssertableApplicationContext context, MutableClock clock) throws IOException;

	}

}
