package dev.grantex.gemma.actuate;

import java.io.IOException;
import java.nio.file.Files;
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

import dev.grantex.gemma.autoconfigure.Contacts;
import dev.grantex.gemma.autoconfigure.Device;
import dev.grantex.gemma.autoconfigure.MutableClock;
import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Health is about whether calls can be made and evidence arrives, not about being online.
 */
class GrantexHealthIndicatorTests {

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void upRightAfterTheStart() {
		whileRunning((context, clock) -> {
			Health health = health(context);
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsEntry("bundle", this.device.bundle().bundleId())
				.containsEntry("expires", this.device.bundle().offlineExpiresAt())
				.containsEntry("unsynchronized", 0L)
				.containsEntry("online", true)
				.containsKey("lastSynchronized");
		});
	}

	@Test
	void upWhileOffline() {
		whileRunning((context, clock) -> {
			context.getBean(Contacts.class).find();
			this.device.service().faults().unreachable();
			synchronize(context);
			Health health = health(context);
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsEntry("online", false)
				.containsEntry("unsynchronized", 1L)
				.containsKey("problemRemedy");
			assertThat(health.getDetails().get("problem").toString()).startsWith("offline: ");
		});
	}

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
	void downWithoutABundle() {
		this.device.service().faults().unreachable();
		whileRunning((context, clock) -> assertDown(context, "no_bundle"));
	}

	@Test
	void downWhenExpired() {
		whileRunning((context, clock) -> {
			clock.advance(Duration.ofHours(73));
			assertDown(context, "expired");
		});
	}

	@Test
	void downWhenRevoked() {
		whileRunning((context, clock) -> {
			this.device.service().revokeBundle(this.device.bundle().bundleId(), false);
			synchronize(context);
			assertDown(context, "revoked");
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
	void downWhenTheLogLostEntries() throws IOException {
		whileRunning((context, clock) -> context.getBean(Contacts.class).find());
		Files.writeString(this.device.auditFile(), "{}\n");
		whileRunning((context, clock) -> assertDown(context, "log_truncated"));
	}

	@ParameterizedTest
	@CsvSource({ "400,INVALID_AUDIT_ENTRIES,BAD_HASH,rejected", "409,AUDIT_CHAIN_CONFLICT,DUPLICATE_SEQ,forked" })
	void downWhenTheServiceRefusesEntries(int status, String code, String entryCode, String reason) {
		whileRunning((context, clock) -> {
			context.getBean(Contacts.class).find();
			// Else a new bundle takes the place of the one whose entries are refused.
			answer(Route.CREATE, 503, "UNAVAILABLE");
			this.device.service()
				.faults()
				.respond(Route.SYNC, status,
						"{\"message\":\"no\",\"code\":\"%s\",\"requestId\":\"r\",\"errors\":[{\"seq\":1,\"code\":\"%s\",\"message\":\"no\"}]}"
							.formatted(code, entryCode),
						9);
			synchronize(context);
			assertDown(context, reason);
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
	void evidenceOfAFormerBundleThatIsRefusedIsNoFaultOfTheCurrentOne() {
		whileRunning((context, clock) -> context.getBean(Contacts.class).find());
		String former = this.device.bundle().bundleId();
		this.device.contexts()
			.withBean(Contacts.class)
			.withPropertyValues("grantex.gemma.user-id=somebody-else", "grantex.gemma.sync.on-shutdown=false")
			.run((context) -> {
				answer(Route.SYNC, 404, "NOT_FOUND");
				synchronize(context);
				assertThat(health(context).getStatus()).isEqualTo(Status.UP);
				assertThat(health(context).getDetails()).containsEntry("problem", "not_found: not_found")
					.containsEntry("problemBundle", former);
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
			.withBean(Contacts.class)
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
