package dev.grantex.gemma.autoconfigure;

import java.time.Clock;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration for offline authorization: the consent, its evidence, the guard and
 * the synchronization with the service.
 */
@AutoConfiguration
@EnableConfigurationProperties(GrantexGemmaProperties.class)
@Import({ FrozenConditions.Registrar.class, ConsentConfiguration.class, SyncConfiguration.class,
		GuardConfiguration.class, SanitizingConfiguration.class })
public final class GrantexGemmaAutoConfiguration {

	/**
	 * Name of the clock that everything here runs by.
	 */
	static final String CLOCK = "grantexClock";

	GrantexGemmaAutoConfiguration() {
	}

	@Bean(name = CLOCK, defaultCandidate = false)
	@ConditionalOnMissingBean(name = CLOCK)
	Clock grantexClock() {
		return Clock.systemUTC();
	}

}
