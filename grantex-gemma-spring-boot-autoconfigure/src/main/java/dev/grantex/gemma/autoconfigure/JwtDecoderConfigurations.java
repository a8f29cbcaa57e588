package dev.grantex.gemma.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.oauth2.server.resource.introspection.ReactiveOpaqueTokenIntrospector;

import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.grant.OfflineJwtDecoder;
import dev.grantex.gemma.grant.ReactiveOfflineJwtDecoder;

/**
 * The decoders, each as the default where nothing else verifies tokens, else only by
 * name.
 */
final class JwtDecoderConfigurations {

	static final String DECODER = "grantexJwtDecoder";

	static final String REACTIVE_DECODER = "grantexReactiveJwtDecoder";

	private static final String REACTOR = "reactor.core.publisher.Mono";

	private JwtDecoderConfigurations() {
	}

	@Configuration(proxyBeanMethods = false)
	@Conditional(NoOtherTokenVerificationCondition.class)
	@ConditionalOnMissingBean({ JwtDecoder.class, OpaqueTokenIntrospector.class })
	static class Servlet {

		@Bean(DECODER)
		JwtDecoder grantexJwtDecoder(DeviceConsent consent) {
			return new OfflineJwtDecoder(() -> consent.verifier().orElse(null));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(name = DECODER)
	static class ServletByName {

		@Bean(name = DECODER, defaultCandidate = false)
		JwtDecoder grantexJwtDecoder(DeviceConsent consent) {
			return new OfflineJwtDecoder(() -> consent.verifier().orElse(null));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = REACTOR)
	@Conditional(NoOtherTokenVerificationCondition.class)
	@ConditionalOnMissingBean({ ReactiveJwtDecoder.class, ReactiveOpaqueTokenIntrospector.class })
	static class Reactive {

		@Bean(REACTIVE_DECODER)
		ReactiveJwtDecoder grantexReactiveJwtDecoder(DeviceConsent consent) {
			return new ReactiveOfflineJwtDecoder(() -> consent.verifier().orElse(null));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = REACTOR)
	@ConditionalOnMissingBean(name = REACTIVE_DECODER)
	static class ReactiveByName {

		@Bean(name = REACTIVE_DECODER, defaultCandidate = false)
		ReactiveJwtDecoder grantexReactiveJwtDecoder(DeviceConsent consent) {
			return new ReactiveOfflineJwtDecoder(() -> consent.verifier().orElse(null));
		}

	}

}
