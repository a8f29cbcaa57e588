package dev.grantex.gemma.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.grantex.simulator.Pause;
import dev.grantex.simulator.Route;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.guard.RequiresScope;
import dev.grantex.gemma.sync.AuditSynchronized;
import dev.grantex.gemma.sync.AuditSynchronizer;
import dev.grantex.gemma.sync.BundleIssued;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What happens when, from the start of an application to its end.
 */
class ConsentLifecycleTests {

	private static final String[] NO_SYNC = { "grantex.gemma.sync.on-startup=false",
			"grantex.gemma.sync.on-shutdown=false" };

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void aBundleIsRequestedBeforeTheWebServerStarts() {
		try (RunningApplication running = this.device.run(WebApplicationType.SERVLET, Watching.class,
				RunningApplication.WITHOUT_SECURITY, "grantex.gemma.sync.on-startup=false")) {
			assertThat(running.bean(Watcher.class).permittedBeforeWebServer).isTrue();
		}
	}

	@Test
	void aBundleIsRequestedWithoutAnySynchronization() {
		try (RunningApplication running = this.device.run(Applications.Small.class,
				"grantex.gemma.sync.enabled=false")) {
			assertThat(running.bean(Contacts.class).find()).isEqualTo("Ada");
		}
		assertThat(this.device.requests(Route.CREATE)).isEqualTo(1);
		assertThat(this.device.requests(Route.SYNC)).isZero();
	}

	@Test
	void withAStoredBundleTheNetworkIsNotTouchedBeforeTheApplicationIsReady() {
		this.device.run(Applications.Small.class, NO_SYNC).close();
		this.device.service().clearRequests();
		try (RunningApplication running = this.device.run(WebApplicationType.SERVLET, Watching.class,
				RunningApplication.WITHOUT_SECURITY)) {
			assertThat(running.bean(Watcher.class).requestsWhenReady).isZero();
			Awaitility.await().until(() -> this.device.requests(Route.STATUS) > 0);
		}
	}

	@Test
	void synchronizesOnceReadyWhenAskedTo() {
		try (RunningApplication running = this.device.run(Applications.Small.class)) {
			Awaitility.await()
				.until(() -> running.bean(AuditSynchronizer.class).status().lastSuccessAt() != null
						&& this.device.requests(Route.STATUS) == 1);
		}
	}

	@Test
	void synchronizesAtTheIntervalWithoutAStartup() {
		try (RunningApplication running = this.device.run(Applications.Small.class, "grantex.gemma.sync.interval=20ms",
				"grantex.gemma.sync.on-startup=false")) {
			Awaitility.await().until(() -> this.device.requests(Route.STATUS) >= 2);
		}
	}

	@Test
	void synchronizesWhenItStops() {
		this.device.run(Applications.Small.class, "grantex.gemma.sync.on-startup=false").close();
		assertThat(this.device.requests(Route.STATUS)).isEqualTo(1);
	}

	@Test
	void doesNotSynchronizeWhenItStopsUnlessAskedTo() {
		this.device.run(Applications.Small.class, NO_SYNC).close();
		assertThat(this.device.requests(Route.STATUS)).isZero();
	}

	@Test
	void switchedOffSynchronizationTouchesTheNetworkNeitherAtTheStartNorAtTheEnd() {
		this.device.run(Applications.Small.class, NO_SYNC).close();
		this.device.service().clearRequests();
		this.device.run(Applications.Small.class, "grantex.gemma.sync.enabled=false").close();
		assertThat(this.device.service().requests()).isEmpty();
	}

	@Test
	@Timeout(60)
	void stoppingEndsWhileTheServiceHangs() {
		this.device.contexts().run((context) -> {
			Pause pause = this.device.service().faults().pauseBeforeCommit(Route.STATUS);
			DeviceConsent consent = context.getBean(DeviceConsent.class);
			consent.close();
			ConsentLifecycle lifecycle = new ConsentLifecycle(consent, context.getBean(AuditSynchronizer.class),
					context.getBean(GrantexGemmaProperties.class), new LifecycleLimits(Duration.ofSeconds(30),
							Duration.ofSeconds(30), Duration.ofSeconds(15), Duration.ofMillis(100)));
			lifecycle.start();
			lifecycle.onReady(new ApplicationReadyEvent(new SpringApplication(), new String[0],
					context.getSourceApplicationContext(), Duration.ZERO));
			assertThat(pause.awaitReached(Duration.ofSeconds(60))).isTrue();
			lifecycle.stop();
			assertThat(lifecycle.isRunning()).isFalse();
			assertThat(consent.status().denial()).isEqualTo(DenialReason.NOT_RUNNING);
			pause.release();
		});
	}

	@Test
	void callsAreDeniedBeforeTheStartAndAfterTheEnd() {
		List<String> reasons = new ArrayList<>();
		this.device.contexts().withBean(Contacts.class).withBean(EarlyCaller.class).run((context) -> {
			Contacts contacts = context.getBean(Contacts.class);
			reasons.add(context.getBean(EarlyCaller.class).reason);
			context.getSourceApplicationContext().stop();
			reasons.add(reasonOfDenial(contacts));
		});
		assertThat(reasons).containsExactly("not_running", "not_running");
	}

	@Test
	void aContextThatWasStoppedWorksAgainAfterItIsStarted() {
		try (RunningApplication running = this.device.run(Applications.Small.class,
				"grantex.gemma.sync.interval=20ms")) {
			running.context().stop();
			int before = this.device.requests(Route.STATUS);
			running.context().start();
			assertThat(running.bean(Contacts.class).find()).isEqualTo("Ada");
			Awaitility.await().until(() -> this.device.requests(Route.STATUS) > before);
		}
	}

	@Test
	void aContextThatWasStoppedDuringACallStartsAgainAndRecordsTheCall() throws Exception {
		try (RunningApplication running = this.device.run(Slow.class, NO_SYNC)) {
			SlowTool tool = running.bean(SlowTool.class);
			CompletableFuture<String> call = CompletableFuture.supplyAsync(tool::use);
			tool.awaitEntered();
			running.context().stop();
			running.context().start();
			assertThat(running.bean(Contacts.class).find()).isEqualTo("Ada");
			tool.proceed();
			assertThat(call.get(60, TimeUnit.SECONDS)).isEqualTo("done");
			assertThat(running.bean(Contacts.class).find()).isEqualTo("Ada");
			assertThat(this.device.entries()).extracting((entry) -> entry.get("action").stringValue())
				.containsExactly("Contacts.find", "SlowTool.use", "Contacts.find");
		}
	}

	@Test
	void anApplicationStartsAgainInTheSameProcessWithTheSameFiles() {
		for (int run = 1; run <= 3; run++) {
			try (RunningApplication running = this.device.run(Applications.Small.class, NO_SYNC)) {
				running.bean(Contacts.class).find();
			}
			assertThat(this.device.results()).hasSize(run);
		}
		assertThat(this.device.requests(Route.CREATE)).isEqualTo(1);
	}

	@Test
	void aChildApplicationThatIsReadyStartsNoSecondSchedule() {
		try (RunningApplication parent = this.device.run(Applications.Small.class, "grantex.gemma.sync.interval=1h",
				"grantex.gemma.sync.on-shutdown=false");
				ConfigurableApplicationContext child = new SpringApplicationBuilder(Empty.class)
					.web(WebApplicationType.NONE)
					.parent(parent.context())
					.run()) {
			assertThat(child.getBean(Contacts.class).find()).isEqualTo("Ada");
			Awaitility.await().until(() -> this.device.requests(Route.STATUS) == 1);
			parent.bean(AuditSynchronizer.class).sync();
			parent.bean(AuditSynchronizer.class).sync();
			assertThat(this.device.requests(Route.STATUS)).isLessThanOrEqualTo(3);
		}
	}

	@Test
	void lazyInitializationChangesNothing() {
		try (RunningApplication running = this.device.run(Applications.Small.class,
				"spring.main.lazy-initialization=true")) {
			assertThat(running.bean(DeviceConsent.class).status().denial()).isNull();
			assertThat(running.bean(Contacts.class).find()).isEqualTo("Ada");
			Awaitility.await().until(() -> this.device.requests(Route.STATUS) == 1);
		}
	}

	@Test
	void aListenerThatFailsStopsNeitherStartNorSynchronization() {
		this.device.contexts().withBean(FailingListener.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(AuditSynchronizer.class).sync().problems()).isEmpty();
		});
	}

	private static String reasonOfDenial(Contacts contacts) {
		return catchThrowableOfType(CallDeniedException.class, contacts::find).reason();
	}

	static class EarlyCaller {

		private final String reason;

		EarlyCaller(Contacts contacts) {
			this.reason = reasonOfDenial(contacts);
		}

	}

	static class FailingListener {

		@EventListener({ BundleIssued.class, AuditSynchronized.class })
		void fail() {
			throw new IllegalStateException("broken");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

	/**
	 * Sees the standing just before the web server starts, and the requests just before
	 * the application is ready.
	 */
	static class Watcher implements SmartLifecycle {

		private final DeviceConsent consent;

		private final Device device;

		private boolean permittedBeforeWebServer;

		private int requestsWhenReady = -1;

		Watcher(DeviceConsent consent, Device device) {
			this.consent = consent;
			this.device = device;
		}

		@EventListener
		@Order(Ordered.HIGHEST_PRECEDENCE)
		void onReady(ApplicationReadyEvent event) {
			this.requestsWhenReady = this.device.service().requests().size();
		}

		@Override
		public void start() {
			this.permittedBeforeWebServer = this.consent.status().denial() == null;
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

		@Override
		public int getPhase() {
			return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
		}

	}

	@Import({ Applications.Complete.class, Watcher.class })
	static class Watching {

	}

	@Import({ Applications.Small.class, SlowTool.class })
	static class Slow {

	}

	static class SlowTool {

		private final CountDownLatch entered = new CountDownLatch(1);

		private final CountDownLatch proceed = new CountDownLatch(1);

		@RequiresScope("read:contacts")
		public String use() {
			this.entered.countDown();
			try {
				this.proceed.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			return "done";
		}

		void awaitEntered() throws InterruptedException {
			this.entered.await();
		}

		void proceed() {
			this.proceed.countDown();
		}

	}

}
