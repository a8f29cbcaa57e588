package dev.grantex.gemma.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import dev.grantex.gemma.guard.RequiresScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls of a real application that ended, and whose records something holds up.
 */
class HeldUpRecordsTests {

	@RegisterExtension
	private final Device device = new Device();

	private final ExecutorService callers = Executors.newCachedThreadPool();

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void stop() throws InterruptedException {
		this.release.countDown();
		this.callers.shutdown();
		assertThat(this.callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void theContextsEndWaitsForNothingAndLosesNothing() throws Exception {
		CountDownLatch reading = new CountDownLatch(1);
		try (RunningApplication running = this.device.run(SmallWithTools.class)) {
			SlowTools tools = running.bean(SlowTools.class);
			this.callers.submit(() -> tools.read(() -> {
				reading.countDown();
				hang();
			}));
			assertThat(reading.await(60, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(this.device.results()).containsExactly("success");
		assertThat(this.device.entries().get(0).at("/metadata/metadata_error").stringValue()).isEqualTo("timeout");
	}

	@Test
	@Tag("endurance")
	void whatIsHeldUpIsCountedAndWhatTheApplicationHoldsUpIsWritten() throws Exception {
		try (RunningApplication running = this.device.run(WebApplicationType.SERVLET, CompleteWithTools.class,
				RunningApplication.WITHOUT_SECURITY)) {
			SlowTools tools = running.bean(SlowTools.class);
			Future<Answer> reading = this.callers.submit(() -> tools.read(this::hang));
			awaiting().untilAsserted(() -> assertThat(this.device.results()).containsExactly("success"));
			assertThat(reading).isNotDone();
			assertThat(running.health().has("unrecorded")).isFalse();
			StoppingClock clock = running.bean(StoppingClock.class);
			Future<String> writing = this.callers.submit(() -> tools.act(() -> clock.stopFor(this::hang)));
			awaiting().untilAsserted(() -> assertThat(running.health().at("/details/unrecorded").asInt()).isEqualTo(1));
			JsonNode status = running.json("/actuator/grantex");
			assertThat(status.get("unrecorded").asInt()).isEqualTo(1);
			this.release.countDown();
			writing.get(60, TimeUnit.SECONDS);
			assertThat(running.json("/actuator/grantex").get("unrecorded").asInt()).isZero();
			assertThat(this.device.results()).containsExactly("success", "success");
		}
	}

	private void hang() {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofSeconds(60));
	}

	static class SlowTools {

		@RequiresScope(value = "read:contacts", metadata = "{'text': #result.text}")
		public Answer read(Runnable before) {
			return new Answer(before);
		}

		@RequiresScope("read:contacts")
		public String act(Runnable body) {
			body.run();
			return "done";
		}

	}

	public static final class Answer {

		private final Runnable before;

		private Answer(Runnable before) {
			this.before = before;
		}

		public String getText() {
			this.before.run();
			return "text";
		}

	}

	/**
	 * Stands still once for one thread.
	 */
	static final class StoppingClock extends Clock {

		private final ThreadLocal<Runnable> waiting = new ThreadLocal<>();

		void stopFor(Runnable waiting) {
			this.waiting.set(waiting);
		}

		@Override
		public Instant instant() {
			Runnable wait = this.waiting.get();
			this.waiting.remove();
			if (wait != null) {
				wait.run();
			}
			return Instant.now();
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

	@Import({ Applications.Small.class, SlowTools.class })
	static class SmallWithTools {

	}

	@Import({ Applications.Complete.class, SlowTools.class })
	static class CompleteWithTools {

		@Bean(GrantexGemmaAutoConfiguration.CLOCK)
		StoppingClock grantexClock() {
			return new StoppingClock();
		}

	}

}
