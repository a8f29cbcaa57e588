package dev.grantex.gemma.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.grantex.simulator.Pause;
import dev.grantex.simulator.Route;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Cycles run whatever the application does with its start, and a start waits for the
 * service only so long.
 */
class StartOfCyclesTests {

	private static final Duration WAIT = Duration.ofSeconds(60);

	private static final Duration MOMENT = Duration.ofMillis(1);

	/** The first cycle asks for no status if it comes before the bundle does. */
	private static final String SOON_AGAIN = "grantex.gemma.sync.interval=1s";

	@RegisterExtension
	private final Device device = new Device();

	@ParameterizedTest
	@ValueSource(classes = { EndlessRunner.class, EndlessStartedListener.class, EndlessReadyListener.class,
			EndlessRefreshedListener.class, EndlessLifecycle.class })
	void cyclesRunWithoutReadiness(Class<?> application) throws Exception {
		Endless.released = new CountDownLatch(1);
		ExecutorService main = Executors.newSingleThreadExecutor();
		Future<RunningApplication> starting = main
			.submit(() -> this.device.run(application, SOON_AGAIN, "grantex.gemma.sync.on-shutdown=false"));
		try {
			Awaitility.await().atMost(WAIT).until(() -> this.device.requests(Route.STATUS) > 0);
			assertThat(starting).isNotDone();
		}
		finally {
			Endless.released.countDown();
			starting.get(60, TimeUnit.SECONDS).close();
			main.shutdown();
		}
	}

	@Test
	void cyclesRunInAContextThatNoSpringApplicationStarts() {
		try (AnnotationConfigApplicationContext context = plainContext(ShortLimits.class, SOON_AGAIN)) {
			Awaitility.await().atMost(WAIT).until(() -> this.device.requests(Route.STATUS) > 0);
			assertThat(context.getBean(DeviceConsent.class).status().denial()).isNull();
		}
	}

	@Test
	void firstCycleComesOneIntervalLaterWhereNoneIsWantedAtTheStart() {
		try (AnnotationConfigApplicationContext context = plainContext(ShortLimits.class,
				"grantex.gemma.sync.on-startup=false", "grantex.gemma.sync.on-shutdown=false",
				"grantex.gemma.sync.interval=1h")) {
			AuditSynchronizer synchronizer = context.getBean(AuditSynchronizer.class);
			Awaitility.await().atMost(WAIT).until(() -> synchronizer.status().nextCycleAt() != null);
		}
		assertThat(this.device.requests(Route.STATUS)).isZero();
	}

	@Test
	void noCycleRunsByItselfWhereSynchronizationIsSwitchedOff() {
		try (AnnotationConfigApplicationContext context = plainContext(ShortLimits.class,
				"grantex.gemma.sync.enabled=false")) {
			assertThat(context.getBean(AuditSynchronizer.class).sync().isSuccessful()).isTrue();
			assertThat(context.getBean(AuditSynchronizer.class).status().nextCycleAt()).isNull();
		}
		assertThat(this.device.requests(Route.STATUS)).isEqualTo(1);
	}

	@Test
	void noCycleRunsAfterAContextWasClosedBeforeTheTimeHadCome() {
		plainContext(LongLimits.class).close();
		assertThat(this.device.requests(Route.STATUS)).isZero();
	}

	@Test
	void bundleThatComesLaterThanTheStartWaitsForItIsStored() {
		Pause pause = this.device.service().faults().pauseAfterCommit(Route.CREATE);
		// Where the look-up has taken all of the time, the first cycle requests the
		// bundle.
		try (RunningApplication running = this.device.run(ShortRequests.class, SOON_AGAIN,
				"grantex.gemma.api.read-timeout=1h", "grantex.gemma.sync.on-shutdown=false")) {
			assertThat(running.bean(DeviceConsent.class).status().denial()).isEqualTo(DenialReason.NO_BUNDLE);
			assertThat(pause.awaitReached(WAIT)).isTrue();
			assertThat(this.device.requests(Route.STATUS)).isZero();
			pause.release();
			Awaitility.await().atMost(WAIT).until(() -> this.device.requests(Route.STATUS) > 0);
			assertThat(running.bean(Contacts.class).find()).isEqualTo("Ada");
		}
		assertThat(this.device.requests(Route.CREATE)).isEqualTo(1);
		assertThat(this.device.bundle()).isNotNull();
	}

	@Test
	void lookUpThatDoesNotEndDoesNotHoldTheStart() {
		Pause pause = this.device.service().faults().pauseBeforeCommit(Route.LIST);
		try (RunningApplication running = this.device.run(ShortLookUps.class, "grantex.gemma.api.read-timeout=1h",
				"grantex.gemma.sync.on-startup=false", "grantex.gemma.sync.on-shutdown=false")) {
			assertThat(pause.awaitReached(WAIT)).isTrue();
			assertThat(running.bean(DeviceConsent.class).status().denial()).isEqualTo(DenialReason.NO_BUNDLE);
			assertThat(this.device.requests(Route.CREATE)).isZero();
			pause.release();
		}
	}

	@Test
	void reissueAfterARevocationNeedsNothingButARestart() {
		String[] noCycle = { "grantex.gemma.sync.on-startup=false", "grantex.gemma.sync.on-shutdown=false" };
		String revoked;
		try (RunningApplication running = this.device.run(Applications.Small.class, noCycle)) {
			running.bean(Contacts.class).find();
			revoked = running.bean(DeviceConsent.class).bundle().orElseThrow().bundleId();
			this.device.service().revokeBundle(revoked, true);
			assertThat(running.bean(AuditSynchronizer.class).sync().revoked()).isTrue();
		}
		this.device.service().clearRequests();
		try (RunningApplication running = this.device.run(Applications.Small.class, noCycle)) {
			assertThat(running.bean(DeviceConsent.class).status().denial()).isEqualTo(DenialReason.REVOKED);
		}
		assertThat(this.device.service().requests()).isEmpty();
		try (RunningApplication running = this.device.run(Applications.Small.class, noCycle[0], noCycle[1],
				"grantex.gemma.bundle.reissue-after=" + revoked)) {
			assertThat(running.bean(Contacts.class).find()).isEqualTo("Ada");
		}
	}

	private AnnotationConfigApplicationContext plainContext(Class<?> configuration, String... properties) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of(this.device.properties()).and(properties).applyTo(context);
		context.register(configuration);
		context.refresh();
		return context;
	}

	/**
	 * What an application does that never becomes ready.
	 */
	static class Endless {

		static volatile CountDownLatch released = new CountDownLatch(1);

		static void work() {
			try {
				released.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	@Import(Applications.Small.class)
	static class ShortLimits {

		@Bean
		LifecycleLimits limits() {
			return new LifecycleLimits(MOMENT, WAIT, WAIT, WAIT);
		}

	}

	@Import(Applications.Small.class)
	static class LongLimits {

		@Bean
		LifecycleLimits limits() {
			return new LifecycleLimits(Duration.ofHours(1), WAIT, WAIT, WAIT);
		}

	}

	@Import(Applications.Small.class)
	static class ShortRequests {

		@Bean
		LifecycleLimits limits() {
			return new LifecycleLimits(WAIT, Duration.ofSeconds(2), Duration.ofSeconds(2), WAIT);
		}

	}

	@Import(Applications.Small.class)
	static class ShortLookUps {

		@Bean
		LifecycleLimits limits() {
			return new LifecycleLimits(Duration.ofHours(1), Duration.ofHours(1), Duration.ofSeconds(5), WAIT);
		}

	}

	@Import(ShortLimits.class)
	static class EndlessRunner {

		@Bean
		ApplicationRunner agent() {
			return (arguments) -> Endless.work();
		}

	}

	@Import(ShortLimits.class)
	static class EndlessStartedListener {

		@EventListener(ApplicationStartedEvent.class)
		void onStarted() {
			Endless.work();
		}

	}

	@Import(ShortLimits.class)
	static class EndlessReadyListener {

		@EventListener(ApplicationReadyEvent.class)
		@Order(Ordered.HIGHEST_PRECEDENCE)
		void onReady() {
			Endless.work();
		}

	}

	@Import(ShortLimits.class)
	static class EndlessRefreshedListener {

		@EventListener
		void onRefreshed(ContextRefreshedEvent event) {
			Endless.work();
		}

	}

	@Import(ShortLimits.class)
	static class EndlessLifecycle implements SmartLifecycle {

		@Override
		public void start() {
			Endless.work();
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

	}

}
