package dev.grantex.gemma.autoconfigure;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Keeps this library's secrets out of actuator endpoints, also where the application
 * shows all values.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(SanitizingFunction.class)
class SanitizingConfiguration {

	@Bean
	SanitizingFunction grantexSanitizingFunction(GrantexGemmaProperties properties) {
		return new SecretSanitizer(properties);
	}

}
