package dev.grantex.gemma.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.grantex.gemma.consent.Consent;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeniedConsent;

/**
 * Switched off, the library denies: an annotated method never runs unguarded.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "grantex.gemma.enabled", havingValue = false)
class DisabledConsentConfiguration {

	@Bean
	Consent grantexDisabledConsent() {
		return new DeniedConsent(DenialReason.DISABLED);
	}

}
