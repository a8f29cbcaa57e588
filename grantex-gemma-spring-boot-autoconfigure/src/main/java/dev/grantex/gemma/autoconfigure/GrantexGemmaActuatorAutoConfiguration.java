package dev.grantex.gemma.autoconfigure;

import java.time.Clock;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.grantex.gemma.actuate.GrantexEndpoint;
import dev.grantex.gemma.actuate.GrantexEndpointWebExtension;
import dev.grantex.gemma.actuate.GrantexEventMetrics;
import dev.grantex.gemma.actuate.GrantexHealthIndicator;
import dev.grantex.gemma.actuate.GrantexMetrics;
import dev.grantex.gemma.actuate.GroupWritableFilesWarning;
import dev.grantex.gemma.actuate.HealthWarning;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.sync.AuditSynchronizer;

/**
 * Auto-configuration for health, the endpoint and meters.
 */
@AutoConfiguration(after = GrantexGemmaAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnBean({ DeviceConsent.class, AuditSynchronizer.class })
public final class GrantexGemmaActuatorAutoConfiguration {

	GrantexGemmaActuatorAutoConfiguration() {
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
	static class HealthConfiguration {

		@Bean
		@ConditionalOnEnabledHealthIndicator("grantex-gemma")
		@ConditionalOnMissingBean(value = GrantexHealthIndicator.class, name = "grantexGemmaHealthIndicator")
		GrantexHealthIndicator grantexGemmaHealthIndicator(DeviceConsent consent, AuditSynchronizer synchronizer,
				ObjectProvider<WritableSettings> settings, ObjectProvider<HealthWarning> warnings) {
			return new GrantexHealthIndicator(consent, synchronizer,
					settings.stream().flatMap((found) -> found.names().stream()).toList(),
					warnings.orderedStream().toList());
		}

		@Bean
		@ConditionalOnMissingBean
		GroupWritableFilesWarning grantexGroupWritableFilesWarning(GrantexGemmaProperties properties) {
			return new GroupWritableFilesWarning(properties.bundle().path(), properties.audit().path());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnAvailableEndpoint(GrantexEndpoint.class)
		@ConditionalOnMissingBean
		GrantexEndpoint grantexEndpoint(DeviceConsent consent, AuditSynchronizer synchronizer,
				@Qualifier(GrantexGemmaAutoConfiguration.CLOCK) Clock clock) {
			return new GrantexEndpoint(consent, synchronizer, clock);
		}

		@Bean
		@ConditionalOnAvailableEndpoint(endpoint = GrantexEndpoint.class, exposure = EndpointExposure.WEB)
		@ConditionalOnBean(GrantexEndpoint.class)
		GrantexEndpointWebExtension grantexEndpointWebExtension(GrantexEndpoint endpoint) {
			return new GrantexEndpointWebExtension(endpoint);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean(MeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		GrantexMetrics grantexMetrics(DeviceConsent consent,
				@Qualifier(GrantexGemmaAutoConfiguration.CLOCK) Clock clock) {
			return new GrantexMetrics(consent, clock);
		}

		@Bean
		@ConditionalOnMissingBean
		GrantexEventMetrics grantexEventMetrics(MeterRegistry registry) {
			return new GrantexEventMetrics(registry);
		}

	}

}
