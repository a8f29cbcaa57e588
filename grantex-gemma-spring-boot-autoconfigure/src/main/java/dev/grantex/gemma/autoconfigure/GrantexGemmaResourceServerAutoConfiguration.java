package dev.grantex.gemma.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Import;

import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Auto-configuration for decoders of callers' grant tokens. They are the application's
 * own decoders unless another way to verify tokens is configured or defined; in that case
 * they can be injected by name.
 */
// The resource server's auto-configurations moved between Boot 4.0 and 4.1, so they are
// named, not referred to.
@AutoConfiguration(after = GrantexGemmaAutoConfiguration.class, beforeName = {
		"org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerAutoConfiguration",
		"org.springframework.boot.security.oauth2.server.resource.autoconfigure.servlet.OAuth2ResourceServerAutoConfiguration",
		"org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration" })
@ConditionalOnBean(DeviceConsent.class)
@Import({ JwtDecoderConfigurations.Servlet.class, JwtDecoderConfigurations.ServletByName.class,
		JwtDecoderConfigurations.Reactive.class, JwtDecoderConfigurations.ReactiveByName.class })
public final class GrantexGemmaResourceServerAutoConfiguration {

	GrantexGemmaResourceServerAutoConfiguration() {
	}

}
