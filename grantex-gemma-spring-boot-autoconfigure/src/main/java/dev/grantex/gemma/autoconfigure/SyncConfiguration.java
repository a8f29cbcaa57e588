package dev.grantex.gemma.autoconfigure;

import java.time.Clock;
import java.time.Instant;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.sync.AuditSynchronizer;
import dev.grantex.gemma.sync.ServiceClock;
import dev.grantex.gemma.sync.SyncSchedule;

/**
 * The way to the service and back.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "grantex.gemma.enabled", matchIfMissing = true)
class SyncConfiguration {

	private final GrantexGemmaProperties properties;

	SyncConfiguration(GrantexGemmaProperties properties) {
		this.properties = properties;
	}

	@Bean(defaultCandidate = false)
	ServiceClock grantexServiceClock(@Qualifier(GrantexGemmaAutoConfiguration.CLOCK) Clock clock) {
		return new ServiceClock(clock);
	}

	@Bean
	@ConditionalOnMissingBean
	GrantexClient grantexClient(@Qualifier("grantexServiceClock") ServiceClock serviceClock,
			ObjectProvider<DeviceConsent> consent) {
		GrantexGemmaProperties.Api api = this.properties.api();
		GrantexClient.Builder builder = GrantexClient.builder()
			.baseUrl(api.baseUrl())
			.connectTimeout(api.connectTimeout())
			.readTimeout(api.readTimeout())
			.allowInsecureHttp(api.allowInsecureHttp())
			.serviceTimeListener((time) -> observe(time, serviceClock, consent));
		PropertyMapper.get().from(api::key).whenHasText().to(builder::apiKey);
		return builder.build();
	}

	@Bean
	@ConditionalOnMissingBean
	AuditSynchronizer grantexAuditSynchronizer(DeviceConsent consent, GrantexClient client, BundleRepository repository,
			@Qualifier(GrantexGemmaAutoConfiguration.CLOCK) Clock clock,
			@Qualifier("grantexServiceClock") ServiceClock serviceClock, ApplicationEventPublisher events) {
		GrantexGemmaProperties.Bundle bundle = this.properties.bundle();
		return AuditSynchronizer
			.builder(consent, client, repository,
					(retired) -> OfflineAuditLog.builder(this.properties.audit().path(), retired).openRetired())
			.issue(bundle.autoIssue() ? BundleRequestFactory.create(this.properties) : null)
			.reissueAfter(bundle.reissueAfter())
			.refreshThreshold(bundle.refreshThreshold())
			.batchSize(this.properties.sync().batchSize())
			.clock(clock)
			.serviceClock(serviceClock)
			.events(events::publishEvent)
			.build();
	}

	@Bean(defaultCandidate = false)
	SyncSchedule grantexSyncSchedule(AuditSynchronizer synchronizer) {
		return new SyncSchedule(synchronizer, this.properties.sync().interval());
	}

	@Bean
	ConsentLifecycle grantexConsentLifecycle(DeviceConsent consent, AuditSynchronizer synchronizer,
			@Qualifier("grantexSyncSchedule") SyncSchedule schedule) {
		return new ConsentLifecycle(consent, synchronizer, schedule, this.properties);
	}

	private static void observe(Instant time, ServiceClock serviceClock, ObjectProvider<DeviceConsent> consent) {
		serviceClock.observe(time);
		consent.ifAvailable((available) -> available.observeServiceTime(time));
	}

}
