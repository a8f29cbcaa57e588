package dev.grantex.gemma.autoconfigure;

import java.time.Clock;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.sync.AuditSynchronizer;

/**
 * The way to the service and back.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(EnabledCondition.class)
class SyncConfiguration {

	private final GrantexGemmaProperties properties;

	SyncConfiguration(GrantexGemmaProperties properties) {
		this.properties = properties;
	}

	@Bean
	@ConditionalOnMissingBean
	GrantexClient grantexClient() {
		GrantexGemmaProperties.Api api = this.properties.api();
		GrantexClient.Builder builder = GrantexClient.builder()
			.baseUrl(api.baseUrl())
			.connectTimeout(api.connectTimeout())
			.readTimeout(api.readTimeout())
			.allowInsecureHttp(api.allowInsecureHttp());
		PropertyMapper.get().from(api::key).whenHasText().to(builder::apiKey);
		try {
			return builder.build();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidPropertyException("grantex.gemma.api.base-url",
					"it must be an https address of scheme, host, port and path only; plain http would show the API"
							+ " key to the network and is for loopback addresses",
					"Set an address such as https://api.grantex.dev. In a network you trust, plain http can be allowed"
							+ " with 'grantex.gemma.api.allow-insecure-http=true'.");
		}
	}

	@Bean
	@ConditionalOnMissingBean
	AuditSynchronizer grantexAuditSynchronizer(DeviceConsent consent, GrantexClient client, BundleRepository repository,
			AuditLogs logs, @Qualifier(GrantexGemmaAutoConfiguration.CLOCK) Clock clock,
			ApplicationEventPublisher events) {
		GrantexGemmaProperties.Bundle bundle = this.properties.bundle();
		return AuditSynchronizer.builder(consent, client, repository, logs)
			.issue(bundle.autoIssue() ? BundleRequestFactory.create(this.properties) : null)
			.reissueAfter(bundle.reissueAfter())
			.refreshThreshold(bundle.refreshThreshold())
			.batchSize(this.properties.sync().batchSize())
			.clock(clock)
			.events(events::publishEvent)
			.build();
	}

	@Bean
	@Conditional(OnOwnConsent.class)
	ConsentLifecycle grantexConsentLifecycle(DeviceConsent consent, AuditSynchronizer synchronizer,
			ObjectProvider<LifecycleLimits> limits) {
		return new ConsentLifecycle(consent, synchronizer, this.properties,
				limits.getIfAvailable(() -> LifecycleLimits.DEFAULT));
	}

	/**
	 * Only the context that configures the consent opens and closes it, not those below.
	 */
	static final class OnOwnConsent extends AnyNestedCondition {

		OnOwnConsent() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBean(value = DeviceConsent.class, search = SearchStrategy.CURRENT)
		static class Here {

		}

		@ConditionalOnMissingBean(ConsentLifecycle.class)
		static class NotAbove {

		}

	}

}
