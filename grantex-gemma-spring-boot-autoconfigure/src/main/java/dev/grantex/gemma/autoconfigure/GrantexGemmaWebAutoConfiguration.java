package dev.grantex.gemma.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ServerCodecConfigurer;

import dev.grantex.gemma.web.ProblemDetailsAdvice;
import dev.grantex.gemma.web.ReactiveDenialHandler;

/**
 * Auto-configuration for answering denied calls with problem details, in servlet and
 * reactive web applications.
 */
@AutoConfiguration(after = GrantexGemmaAutoConfiguration.class)
@ConditionalOnWebApplication
public final class GrantexGemmaWebAutoConfiguration {

	GrantexGemmaWebAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	ProblemDetailsAdvice grantexProblemDetailsAdvice() {
		return new ProblemDetailsAdvice();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class ReactiveDenialConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ReactiveDenialHandler grantexReactiveDenialHandler(ObjectProvider<ServerCodecConfigurer> codecs) {
			return new ReactiveDenialHandler(codecs.getIfAvailable(ServerCodecConfigurer::create));
		}

	}

}
