package dev.grantex.gemma.autoconfigure;

import java.time.Clock;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;

import dev.grantex.gemma.audit.AuditEntryAppended;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;
import dev.grantex.gemma.bundle.InvalidBundleKeyException;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.grant.OfflineVerifier;

/**
 * What the device may do: the stored bundle, its verified grant and its audit log.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(EnabledCondition.class)
class ConsentConfiguration {

	ConsentConfiguration(GrantexGemmaProperties properties) {
		PropertyRules.check(properties);
	}

	@Bean
	@ConditionalOnMissingBean
	BundleRepository grantexBundleRepository(GrantexGemmaProperties properties) {
		GrantexGemmaProperties.Bundle bundle = properties.bundle();
		String key = bundle.encryptionKey();
		String passphrase = bundle.passphrase();
		if (StringUtils.hasText(key) == StringUtils.hasText(passphrase)) {
			throw new InvalidBundleKeyException(StringUtils.hasText(key)
					? "Both an encryption key and a passphrase are configured for the consent bundle"
					: "Neither an encryption key nor a passphrase is configured for the consent bundle");
		}
		EncryptedFileBundleRepository.Builder builder = EncryptedFileBundleRepository.builder(bundle.path());
		if (StringUtils.hasText(key)) {
			builder.key(key);
		}
		if (StringUtils.hasText(passphrase)) {
			builder.passphrase(passphrase);
		}
		return builder.previousKeys(bundle.previousKeys().toArray(String[]::new)).build();
	}

	@Bean
	@ConditionalOnMissingBean
	AuditLogs grantexAuditLogs(GrantexGemmaProperties properties,
			@Qualifier(GrantexGemmaAutoConfiguration.CLOCK) Clock clock, ApplicationEventPublisher events) {
		GrantexGemmaProperties.Audit audit = properties.audit();
		return (bundle) -> OfflineAuditLog.builder(audit.path(), bundle)
			.clock(clock)
			.durability(audit.durability())
			.maxSize(audit.maxSize().toBytes())
			.rotateOnSize(audit.rotateOnSize())
			.retention(audit.retention())
			.maxTotalSize(audit.maxTotalSize().toBytes())
			.listener((entry) -> events.publishEvent(new AuditEntryAppended(entry)));
	}

	@Bean
	@ConditionalOnMissingBean
	DeviceConsent grantexDeviceConsent(GrantexGemmaProperties properties, BundleRepository repository, AuditLogs logs,
			@Qualifier(GrantexGemmaAutoConfiguration.CLOCK) Clock clock) {
		GrantexGemmaProperties.Verifier verifier = properties.verifier();
		return DeviceConsent.builder(repository, logs)
			.verifiers((bundle) -> verifier(bundle, verifier))
			.request(BundleRequestFactory.create(properties))
			.auditPath(properties.audit().path())
			.clock(clock)
			.clockSkew(verifier.clockSkew())
			.build();
	}

	@Bean
	@Lazy(false)
	WritableSettings grantexWritableSettings(ConfigurableEnvironment environment) {
		return WritableSettings.find(environment);
	}

	private static OfflineVerifier.Builder verifier(ConsentBundle bundle, GrantexGemmaProperties.Verifier properties) {
		OfflineVerifier.Builder builder = OfflineVerifier.builder(bundle)
			.requireScopes(properties.requiredScopes().toArray(String[]::new))
			.maxDelegationDepth(properties.maxDelegationDepth())
			.onScopeViolation(properties.onScopeViolation());
		if (StringUtils.hasText(properties.audience())) {
			builder.audience(properties.audience());
		}
		if (StringUtils.hasText(properties.issuer())) {
			builder.issuer(properties.issuer());
		}
		return builder.developer(properties.developers().toArray(String[]::new));
	}

}
