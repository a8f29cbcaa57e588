package dev.grantex.gemma.guard.check;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import dev.grantex.gemma.guard.GuardedTypes;
import dev.grantex.gemma.guard.RequiresScopeAdvisor;

/**
 * Sees to the objects that Spring's test framework puts in the place of guarded beans.
 * Nobody else makes proxies for them. A mock runs nothing, and neither is a method
 * guarded that the test has written itself; but what an object still has of the bean's
 * own methods is.
 */
public final class TestDoubles implements BeanFactoryPostProcessor {

	private static final String OVERRIDES = "org.springframework.test.context.bean.override.internalBeanOverrideRegistry";

	private static final String MOCKITO = "org.mockito.Mockito";

	private final Set<String> names = new HashSet<>();

	/**
	 * Creates the post-processor.
	 */
	public TestDoubles() {
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
		if (!(factory instanceof DefaultListableBeanFactory beans) || !factory.containsSingleton(OVERRIDES)) {
			return;
		}
		RequiresScopeAdvisor advisor = beans.getBeanProvider(RequiresScopeAdvisor.class).getIfAvailable();
		GuardedTypes types = (advisor != null) ? advisor.types() : new GuardedTypes();
		for (String name : beans.getSingletonNames()) {
			Object bean = beans.getSingleton(name);
			if (bean != null && beans.containsBeanDefinition(name) && !types.of(bean.getClass()).isEmpty()) {
				Set<Method> own = isMock(bean) ? Set.of() : ownMethods(bean.getClass(), types);
				if (own.isEmpty()) {
					this.names.add(name);
				}
				else if (advisor != null) {
					this.names.add(name);
					beans.destroySingleton(name);
					beans.registerSingleton(name, guard(bean, own, advisor));
				}
			}
		}
	}

	/**
	 * The names of beans that a test has replaced and that are as safe as they have to
	 * be.
	 */
	Set<String> names() {
		return this.names;
	}

	/**
	 * Whether an object is a mock that runs nothing of its class.
	 */
	static boolean isMock(Object bean) {
		ClassLoader loader = bean.getClass().getClassLoader();
		if (!ClassUtils.isPresent(MOCKITO, loader)) {
			return false;
		}
		Object details = call(ClassUtils.resolveClassName(MOCKITO, loader), "mockingDetails", Object.class, bean);
		Class<?> type = ClassUtils.resolveClassName("org.mockito.MockingDetails", loader);
		return Boolean.TRUE.equals(ReflectionUtils.invokeMethod(method(type, "isMock"), details))
				&& !Boolean.TRUE.equals(ReflectionUtils.invokeMethod(method(type, "isSpy"), details));
	}

	private static Set<Method> ownMethods(Class<?> type, GuardedTypes types) {
		return types.of(type).guardedMethods().stream().filter(types::isDeclaredWithScopes).collect(Collectors.toSet());
	}

	private static Object guard(Object bean, Set<Method> methods, RequiresScopeAdvisor advisor) {
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		factory.addAdvisor(new DefaultPointcutAdvisor(new StaticMethodMatcherPointcut() {

			@Override
			public boolean matches(Method method, Class<?> targetClass) {
				return methods.contains(AopUtils.getMostSpecificMethod(method, targetClass));
			}

		}, advisor.getAdvice()));
		return factory.getProxy(bean.getClass().getClassLoader());
	}

	private static Object call(Class<?> type, String name, Class<?> parameter, Object argument) {
		Object result = ReflectionUtils.invokeMethod(ClassUtils.getMethod(type, name, parameter), null, argument);
		return (result != null) ? result : argument;
	}

	private static Method method(Class<?> type, String name) {
		return ClassUtils.getMethod(type, name);
	}

}
