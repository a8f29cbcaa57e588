package dev.grantex.gemma.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;

import dev.grantex.gemma.web.ProblemDetailsAdvice;

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

}
