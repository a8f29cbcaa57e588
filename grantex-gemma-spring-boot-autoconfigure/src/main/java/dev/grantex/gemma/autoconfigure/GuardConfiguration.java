package dev.grantex.gemma.autoconfigure;

import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

import dev.grantex.gemma.consent.Consent;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeniedConsent;
import dev.grantex.gemma.guard.CallGuard;
import dev.grantex.gemma.guard.RequiresScopeAdvisor;
import dev.grantex.gemma.guard.check.EarlyProxies;
import dev.grantex.gemma.guard.check.GuardableBeanCheck;
import dev.grantex.gemma.guard.check.GuardedBeanCheck;
import dev.grantex.gemma.guard.check.TestDoubles;

/**
 * The guard around annotated methods. It is there also when the library is switched off:
 * an annotated method never runs unguarded.
 */
@Configuration(proxyBeanMethods = false)
@Import(AutoProxyCreatorRegistrar.class)
class GuardConfiguration {

	@Bean
	@Lazy
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	CallGuard grantexCallGuard(ObjectProvider<Consent> consent, GrantexGemmaProperties properties,
			ObjectProvider<ObservationRegistry> observations, ApplicationEventPublisher events) {
		// Switched off, whatever there is denies: an annotated method never runs
		// unguarded.
		return new CallGuard(properties.enabled() ? consent.getObject() : new DeniedConsent(DenialReason.DISABLED),
				properties.guard().grantSource(), properties.guard().recordIntent(),
				observations.getIfUnique(() -> ObservationRegistry.NOOP), events);
	}

	// Bound alone: binding all properties here would create beans before
	// bean post-processors are in place.
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static RequiresScopeAdvisor grantexRequiresScopeAdvisor(ObjectProvider<CallGuard> guard, Environment environment) {
		return advisor(guard::getObject, environment);
	}

	static RequiresScopeAdvisor advisor(Supplier<CallGuard> guard, Environment environment) {
		Binder binder = Binder.get(environment);
		return new RequiresScopeAdvisor(guard,
				binder.bind("grantex.gemma.guard.order", Integer.class).orElse(RequiresScopeAdvisor.DEFAULT_ORDER),
				binder.bind("grantex.gemma.guard.record-intent", Boolean.class).orElse(false));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static GuardableBeanCheck grantexGuardableBeanCheck(RequiresScopeAdvisor advisor) {
		return new GuardableBeanCheck(advisor);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static EarlyProxies grantexEarlyProxies() {
		return new EarlyProxies();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static GuardedBeanCheck grantexGuardedBeanCheck(RequiresScopeAdvisor advisor) {
		return new GuardedBeanCheck(advisor);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static TestDoubles grantexTestDoubles() {
		return new TestDoubles();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ChildContextCheck grantexChildContextCheck(ApplicationContext context) {
		return new ChildContextCheck(context);
	}

}
