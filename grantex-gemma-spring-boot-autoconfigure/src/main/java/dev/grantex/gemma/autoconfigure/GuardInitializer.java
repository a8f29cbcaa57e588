package dev.grantex.gemma.autoconfigure;

import java.util.function.Supplier;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.aot.AbstractAotProcessor;

import dev.grantex.gemma.guard.CallGuard;
import dev.grantex.gemma.guard.RequiresScopeAdvisor;
import dev.grantex.gemma.guard.check.EarlyProxies;
import dev.grantex.gemma.guard.check.GuardableBeanCheck;
import dev.grantex.gemma.guard.check.GuardedBeanCheck;
import dev.grantex.gemma.guard.check.TestDoubles;

/**
 * Sees to every context that {@code SpringApplication} starts and that does not configure
 * the guard itself: below one that does, its beans are guarded by that one's guard; else
 * it may have no bean that asks for scopes.
 */
class GuardInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	// As in the context above, so that its advisor is not applied a second time.
	private static final String ADVISOR = "grantexRequiresScopeAdvisor";

	private static final String CHECK = "grantexGuardedBeanCheck";

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		if (!Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
			context.addBeanFactoryPostProcessor((factory) -> complete(context, factory));
		}
	}

	private static void complete(ConfigurableApplicationContext context, ConfigurableListableBeanFactory factory) {
		if (!(factory instanceof BeanDefinitionRegistry registry)
				|| factory.getBeanNamesForType(RequiresScopeAdvisor.class, true, false).length > 0) {
			return;
		}
		register(registry, "grantexTestDoubles", TestDoubles.class, TestDoubles::new);
		ApplicationContext parent = context.getParent();
		if (parent == null || !hasGuard(parent)) {
			register(registry, CHECK, GuardedBeanCheck.class, GuardedBeanCheck::withoutGuard);
			return;
		}
		AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
		register(registry, ADVISOR, RequiresScopeAdvisor.class,
				() -> GuardConfiguration.advisor(() -> factory.getBean(CallGuard.class), context.getEnvironment()));
		register(registry, "grantexGuardableBeanCheck", GuardableBeanCheck.class,
				() -> new GuardableBeanCheck(factory.getBean(RequiresScopeAdvisor.class)));
		register(registry, "grantexEarlyProxies", EarlyProxies.class, EarlyProxies::new);
		register(registry, CHECK, GuardedBeanCheck.class,
				() -> new GuardedBeanCheck(factory.getBean(RequiresScopeAdvisor.class)));
	}

	private static <T> void register(BeanDefinitionRegistry registry, String name, Class<T> type,
			Supplier<T> supplier) {
		RootBeanDefinition definition = new RootBeanDefinition(type, supplier);
		definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
		registry.registerBeanDefinition(name, definition);
	}

	private static boolean hasGuard(ListableBeanFactory parent) {
		return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(parent, RequiresScopeAdvisor.class, true,
				false).length > 0;
	}

}
