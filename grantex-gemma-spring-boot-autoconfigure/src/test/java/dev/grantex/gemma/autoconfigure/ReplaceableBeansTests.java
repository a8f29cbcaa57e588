package dev.grantex.gemma.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import dev.grantex.simulator.Route;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.actuate.GrantexEndpoint;
import dev.grantex.gemma.actuate.GrantexHealthIndicator;
import dev.grantex.gemma.actuate.GrantexMetrics;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.Consent;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeniedConsent;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.guard.CallGuard;
import dev.grantex.gemma.guard.GrantSource;
import dev.grantex.gemma.sync.AuditSynchronizer;
import dev.grantex.gemma.web.ProblemDetailsAdvice;
import dev.grantex.gemma.web.ReactiveDenialHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Every bean gives way to the application's own, and it is that one that is used.
 */
class ReplaceableBeansTests {

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void everythingIsThereWithoutBeansOfTheApplication() {
		this.device.webContexts()
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(BundleRepository.class)
				.hasSingleBean(AuditLogs.class)
				.hasSingleBean(DeviceConsent.class)
				.hasSingleBean(Consent.class)
				.hasSingleBean(GrantexClient.class)
				.hasSingleBean(AuditSynchronizer.class)
				.hasSingleBean(CallGuard.class)
				.hasSingleBean(ProblemDetailsAdvice.class)
				.hasSingleBean(GrantexHealthIndicator.class)
				.hasSingleBean(GrantexEndpoint.class)
				.hasSingleBean(GrantexMetrics.class)
				.hasBean("grantexClock")
				.hasBean("grantexJwtDecoder")
				.hasBean("grantexReactiveJwtDecoder"));
	}

	@Test
	void theRepositoryGivesWayAndThenNoKeyIsNeeded() {
		BundleRepository own = EncryptedFileBundleRepository.withPassphrase(this.device.directory().resolve("own.enc"),
				"correct horse");
		this.device.contexts()
			.withBean("ownRepository", BundleRepository.class, () -> own)
			.withPropertyValues("grantex.gemma.bundle.encryption-key=")
			.run((context) -> {
				assertThat(context.getBean(BundleRepository.class)).isSameAs(own);
				assertThat(own.load()).isPresent();
				assertThat(this.device.bundleFile()).doesNotExist();
			});
	}

	@Test
	void theLogsGiveWay() {
		AtomicInteger opened = new AtomicInteger();
		this.device.contexts().withBean("ownLogs", AuditLogs.class, () -> (bundle) -> {
			opened.incrementAndGet();
			return OfflineAuditLog.builder(this.device.directory().resolve("own.jsonl"), bundle);
		}).run((context) -> {
			assertThat(opened).hasPositiveValue();
			assertThat(context.getBean(DeviceConsent.class).status().denial()).isNull();
		});
	}

	@Test
	void theConsentGivesWay() {
		DeviceConsent own = DeviceConsent
			.builder(EncryptedFileBundleRepository.withKey(this.device.bundleFile(), Device.KEY),
					(bundle) -> OfflineAuditLog.builder(this.device.auditFile(), bundle))
			.build();
		this.device.contexts().withBean("ownConsent", DeviceConsent.class, () -> own).run((context) -> {
			assertThat(context).hasSingleBean(DeviceConsent.class);
			assertThat(own.status().denial()).isNull();
		});
	}

	@Test
	void theClientGivesWayAndPropertiesOfTheOtherAreNotNeeded() {
		GrantexClient own = GrantexClient.builder()
			.baseUrl(this.device.service().baseUrl())
			.apiKey(this.device.service().customer().apiKey())
			.build();
		this.device.contexts()
			.withBean("ownClient", GrantexClient.class, () -> own)
			.withPropertyValues("grantex.gemma.api.base-url=http://192.0.2.1", "grantex.gemma.api.key=")
			.run((context) -> {
				assertThat(context.getBean(GrantexClient.class)).isSameAs(own);
				assertThat(context.getBean(DeviceConsent.class).bundle()).isPresent();
			});
	}

	@Test
	void theSynchronizerGivesWay() {
		this.device.contexts()
			.withBean("ownSynchronizer", AuditSynchronizer.class,
					() -> AuditSynchronizer.builder(
							DeviceConsent
								.builder(EncryptedFileBundleRepository.withKey(this.device.bundleFile(), Device.KEY),
										(bundle) -> OfflineAuditLog.builder(this.device.auditFile(), bundle))
								.build(),
							GrantexClient.builder().build(),
							EncryptedFileBundleRepository.withKey(this.device.bundleFile(), Device.KEY), (bundle) -> {
								throw new AssertionError("Nothing is retired");
							})
						.build())
			.run((context) -> {
				assertThat(context).hasSingleBean(AuditSynchronizer.class);
				assertThat(this.device.requests(Route.CREATE)).isZero();
			});
	}

	@Test
	void theGuardGivesWay() {
		this.device.contexts()
			.withBean(Contacts.class)
			.withBean("ownGuard", CallGuard.class, () -> new CallGuard(new DeniedConsent(DenialReason.LOG_FULL),
					GrantSource.BUNDLE, false, ObservationRegistry.NOOP, (event) -> {
					}))
			.run((context) -> assertThatExceptionOfType(CallDeniedException.class)
				.isThrownBy(() -> context.getBean(Contacts.class).find())
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("log_full")));
	}

	@Test
	void theClockGivesWayByName() {
		MutableClock own = new MutableClock();
		this.device.contexts()
			.withBean(Contacts.class)
			.withBean("grantexClock", Clock.class, () -> own)
			.run((context) -> {
				assertThat(context.getBean(Contacts.class).find()).isEqualTo("Ada");
				own.advance(Duration.ofHours(80));
				assertThat(context.getBean(DeviceConsent.class).status().denial()).isEqualTo(DenialReason.EXPIRED);
			});
	}

	@Test
	void theDecoderGivesWayByName() {
		JwtDecoder own = (token) -> {
			throw new BadJwtException("None is good enough");
		};
		this.device.webContexts()
			.withBean("grantexJwtDecoder", JwtDecoder.class, () -> own)
			.run((context) -> assertThat(context.getBean(JwtDecoder.class)).isSameAs(own));
	}

	@Test
	void theHealthIndicatorGivesWayByName() {
		this.device.webContexts()
			.withBean("grantexGemmaHealthIndicator", HealthIndicator.class, () -> () -> Health.unknown().build())
			.run((context) -> assertThat(context).hasSingleBean(HealthIndicator.class)
				.doesNotHaveBean(GrantexHealthIndicator.class));
	}

	@Test
	void theHealthIndicatorCanBeSwitchedOff() {
		this.device.webContexts()
			.withPropertyValues("management.health.grantex-gemma.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(GrantexHealthIndicator.class));
	}

	@Test
	void theEndpointGivesWay() {
		this.device.webContexts()
			.withBean("ownEndpoint", OwnEndpoint.class)
			.run((context) -> assertThat(context).hasSingleBean(GrantexEndpoint.class)
				.getBean(GrantexEndpoint.class)
				.isInstanceOf(OwnEndpoint.class));
	}

	@Test
	void theEndpointIsNotThereUnlessItIsExposed() {
		this.device.webContexts()
			.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).doesNotHaveBean(GrantexEndpoint.class));
	}

	@Test
	void theAdviceGivesWay() {
		ProblemDetailsAdvice own = new ProblemDetailsAdvice();
		this.device.webContexts()
			.withBean("ownAdvice", ProblemDetailsAdvice.class, () -> own)
			.run((context) -> assertThat(context.getBean(ProblemDetailsAdvice.class)).isSameAs(own));
	}

	@Test
	void theReactiveHandlerGivesWayAndIsInReactiveApplicationsOnly() {
		ReactiveDenialHandler own = new ReactiveDenialHandler(ServerCodecConfigurer.create());
		this.device.configure(new ReactiveWebApplicationContextRunner())
			.withBean("ownHandler", ReactiveDenialHandler.class, () -> own)
			.run((context) -> assertThat(context.getBean(ReactiveDenialHandler.class)).isSameAs(own));
		this.device.webContexts()
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReactiveDenialHandler.class));
	}

	static class OwnEndpoint extends GrantexEndpoint {

		OwnEndpoint(DeviceConsent consent, AuditSynchronizer synchronizer) {
			super(consent, synchronizer, Clock.systemUTC());
		}

	}

}
