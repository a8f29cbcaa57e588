package dev.grantex.gemma.actuate;

import java.io.IOException;
import java.nio.file.Files;

import dev.grantex.simulator.Route;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.autoconfigure.Contacts;
import dev.grantex.gemma.autoconfigure.Device;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.sync.AuditSynchronizer;
import dev.grantex.gemma.sync.ChainStranded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GrantexMetricsTests {

	@RegisterExtension
	private final Device device = new Device();

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@Test
	void showsEvidenceAndHowMuchOfItIsNotDelivered() {
		contexts().run((context) -> {
			context.getBean(GrantexMetrics.class).bindTo(this.registry);
			callBoth(context.getBean(Contacts.class));
			assertThat(gauge("grantex.gemma.audit.unsynced")).isEqualTo(2);
			assertThat(appended("success")).isEqualTo(1);
			assertThat(appended("denied")).isEqualTo(1);
			context.getBean(AuditSynchronizer.class).sync();
			assertThat(gauge("grantex.gemma.audit.unsynced")).isZero();
		});
	}

	@Test
	void showsTheTimeLeftInSeconds() {
		contexts().run((context) -> {
			context.getBean(GrantexMetrics.class).bindTo(this.registry);
			assertThat(gauge("grantex.gemma.bundle.expires")).isBetween(71 * 3600.0, 72 * 3600.0);
			assertThat(this.registry.get("grantex.gemma.bundle.expires").gauge().getId().getBaseUnit())
				.isEqualTo("seconds");
		});
	}

	@Test
	void showsNothingWithoutABundle() {
		this.device.service().faults().unreachable();
		contexts().run((context) -> {
			context.getBean(GrantexMetrics.class).bindTo(this.registry);
			assertThat(gauge("grantex.gemma.bundle.expires")).isNaN();
			assertThat(gauge("grantex.gemma.audit.unsynced")).isNaN();
		});
	}

	@Test
	void doesNotShowHowMuchIsLeftOfALogThatHasLostEntries() throws IOException {
		contexts().run((context) -> callBoth(context.getBean(Contacts.class)));
		Files.writeString(this.device.auditFile(), "");
		contexts().run((context) -> {
			context.getBean(GrantexMetrics.class).bindTo(this.registry);
			assertThat(gauge("grantex.gemma.audit.unsynced")).isNaN();
		});
	}

	@Test
	void countsCyclesByOutcome() {
		contexts().run((context) -> {
			AuditSynchronizer synchronizer = context.getBean(AuditSynchronizer.class);
			synchronizer.sync();
			this.device.service().faults().respond(Route.STATUS, 401, "{\"code\":\"UNAUTHORIZED\"}", 1);
			synchronizer.sync();
			this.device.service().faults().unreachable();
			synchronizer.sync();
			assertThat(cycles("failure")).isEqualTo(1);
			assertThat(cycles("offline")).isEqualTo(1);
			assertThat(cycles("success")).isGreaterThanOrEqualTo(1);
		});
	}

	@Test
	void countsStrandedChainsByReason() {
		contexts().run((context) -> {
			context.publishEvent(new ChainStranded("bundle_1", StrandingReason.FORKED, 7L));
			context.publishEvent(new ChainStranded("bundle_2", StrandingReason.KEY_LOST, null));
			assertThat(stranded("forked")).isEqualTo(1);
			assertThat(stranded("key_lost")).isEqualTo(1);
		});
	}

	@Test
	void timesGuardedCallsByActionAndResult() {
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(this.registry));
		contexts().withBean(ObservationRegistry.class, () -> observations).run((context) -> {
			callBoth(context.getBean(Contacts.class));
			assertThat(timer("Contacts.find", "success").count()).isEqualTo(1);
			assertThat(timer("Contacts.delete", "denied").count()).isEqualTo(1);
		});
	}

	@Test
	void observesWhenThereAreSeveralRegistriesWithoutAPreferredOne() {
		contexts().withBean("one", ObservationRegistry.class, ObservationRegistry::create)
			.withBean("two", ObservationRegistry.class, ObservationRegistry::create)
			.run((context) -> assertThat(context.getBean(Contacts.class).find()).isEqualTo("Ada"));
	}

	private ApplicationContextRunner contexts() {
		return this.device.contexts()
			.withBean(MeterRegistry.class, () -> this.registry)
			.withBean(Contacts.class)
			.withPropertyValues("grantex.gemma.sync.on-shutdown=false");
	}

	private static void callBoth(Contacts contacts) {
		contacts.find();
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(contacts::delete);
	}

	private double gauge(String name) {
		return this.registry.get(name).gauge().value();
	}

	private double appended(String result) {
		return this.registry.get("grantex.gemma.audit.appended").tag("result", result).counter().count();
	}

	private double cycles(String outcome) {
		return this.registry.get("grantex.gemma.sync").tag("outcome", outcome).counter().count();
	}

	private double stranded(String reason) {
		return this.registry.get("grantex.gemma.chain.stranded").tag("reason", reason).counter().count();
	}

	private Timer timer(String action, String result) {
		return this.registry.get("grantex.gemma.guard").tag("action", action).tag("result", result).timer();
	}

}
