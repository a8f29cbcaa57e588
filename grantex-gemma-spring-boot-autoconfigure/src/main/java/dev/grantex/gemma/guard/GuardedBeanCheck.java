package dev.grantex.gemma.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.target.AbstractBeanFactoryBasedTargetSource;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.util.ClassUtils;

/**
 * Refuses beans that ask for scopes but are not guarded after all: created before proxies
 * could be made, final methods, methods that a proxy of interfaces hides. Beans are
 * checked as they are created; at the end of the start also those that were there before
 * this check, and the classes of those that are yet to be created. Fails with
 * {@link UnguardableBeanException}.
 */
public final class GuardedBeanCheck
		implements SmartInstantiationAwareBeanPostProcessor, SmartInitializingSingleton, BeanFactoryAware {

	private final Set<String> exposedEarly = ConcurrentHashMap.newKeySet();

	private final RequiresScopeAdvisor advisor;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	/**
	 * Creates a check.
	 * @param advisor the advisor that guards the beans
	 */
	public GuardedBeanCheck(RequiresScopeAdvisor advisor) {
		this.advisor = advisor;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (beanFactory instanceof ConfigurableListableBeanFactory listable) ? listable : null;
	}

	@Override
	public Object getEarlyBeanReference(Object bean, String beanName) {
		check(bean, beanName);
		this.exposedEarly.add(beanName);
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		// What was exposed early is proxied already; here only its target passes by.
		if (!this.exposedEarly.remove(beanName)) {
			check(bean, beanName);
		}
		return bean;
	}

	@Override
	public void afterSingletonsInstantiated() {
		ConfigurableListableBeanFactory factory = this.beanFactory;
		if (factory == null) {
			return;
		}
		Set<String> names = new LinkedHashSet<>(List.of(factory.getBeanDefinitionNames()));
		names.addAll(List.of(factory.getSingletonNames()));
		for (String name : names) {
			Object bean = factory.getSingleton(name);
			if (bean != null) {
				check(bean, name);
			}
			else {
				checkType(factory, name);
			}
		}
	}

	private void checkType(ConfigurableListableBeanFactory factory, String beanName) {
		try {
			Class<?> type = factory.getType(beanName, false);
			if (type != null) {
				throwFirst(beanName, this.advisor.types().of(type).faults());
			}
		}
		catch (BeansException | LinkageError ex) {
			// A bean whose type cannot be told now is checked when it is created.
		}
	}

	private void check(Object bean, String beanName) {
		boolean proxy = AopUtils.isAopProxy(bean);
		if (proxy && delegatesToAnotherBean(bean)) {
			return;
		}
		Class<?> type = proxy ? AopProxyUtils.ultimateTargetClass(bean) : bean.getClass();
		GuardedType guarded = this.advisor.types().of(type);
		if (guarded.isEmpty()) {
			return;
		}
		throwFirst(beanName, guarded.faults());
		List<Method> methods = guarded.guardedMethods();
		if (methods.isEmpty()) {
			return;
		}
		Object guarding = findGuardingProxy(bean);
		if (guarding == null) {
			throw new UnguardableBeanException(beanName,
					new GuardFault(GuardedMethod.nameOf(methods.get(0), type), "the bean is not behind a proxy",
							"Let Spring create it as a bean of its own, not as a dependency"
									+ " of a BeanPostProcessor or an advisor, and not as an infrastructure bean."));
		}
		Object target = AopProxyUtils.getSingletonTarget(guarding);
		if (target != null && !this.advisor.types().of(target.getClass()).knowsAllOf(guarded)) {
			throw new UnguardableBeanException(beanName,
					new GuardFault(GuardedMethod.nameOf(methods.get(0), type),
							"another proxy hides some annotations of the bean's class",
							"Annotate the interface, or let the other proxy be one of the bean's class."));
		}
		throwFirst(beanName, proxyFaults(bean, guarding, guarded, methods, type));
	}

	private List<GuardFault> proxyFaults(Object bean, Object guarding, GuardedType guarded, List<Method> methods,
			Class<?> type) {
		Set<Method> exposed = AopUtils.isJdkDynamicProxy(bean) ? exposedMethods(bean, type) : Set.of();
		return methods.stream().map((method) -> {
			boolean annotated = Objects.requireNonNull(guarded.find(method).method()).isAnnotated();
			String name = GuardedMethod.nameOf(method, type);
			if (AopUtils.isJdkDynamicProxy(bean)) {
				return (annotated && !exposed.contains(method)) ? new GuardFault(name,
						"the bean's proxy has only its interfaces, and none of them declares the method",
						"Declare the method in an interface, or let the bean be proxied by its class"
								+ " (spring.aop.proxy-target-class=true or @Proxyable(TARGET_CLASS)).")
						: null;
			}
			if (AopUtils.isCglibProxy(guarding) && Modifier.isFinal(method.getModifiers())) {
				return new GuardFault(name, "the method is final",
						"Make it non-final, or annotate single methods in place of the class.");
			}
			return (annotated && isHiddenInAnotherPackage(method, type)) ? new GuardFault(name,
					"the method is visible only in another package than the bean's class", "Make it public.") : null;
		}).filter(Objects::nonNull).map(Objects::requireNonNull).toList();
	}

	private static Set<Method> exposedMethods(Object proxy, Class<?> type) {
		Set<Method> methods = new LinkedHashSet<>();
		for (Class<?> exposed : ClassUtils.getAllInterfaces(proxy)) {
			Arrays.stream(exposed.getMethods())
				.map((method) -> AopUtils.getMostSpecificMethod(method, type))
				.forEach(methods::add);
		}
		return methods;
	}

	private static boolean isHiddenInAnotherPackage(Method method, Class<?> type) {
		boolean visible = Modifier.isPublic(method.getModifiers()) || Modifier.isProtected(method.getModifiers());
		return !visible && !method.getDeclaringClass().getPackageName().equals(type.getPackageName());
	}

	private static boolean delegatesToAnotherBean(Object proxy) {
		return proxy instanceof Advised advised
				&& advised.getTargetSource() instanceof AbstractBeanFactoryBasedTargetSource && !hasGuard(advised);
	}

	private static @Nullable Object findGuardingProxy(Object bean) {
		Object current = bean;
		while (current != null && AopUtils.isAopProxy(current) && current instanceof Advised advised) {
			if (hasGuard(advised)) {
				return current;
			}
			current = AopProxyUtils.getSingletonTarget(current);
		}
		return null;
	}

	private static boolean hasGuard(Advised advised) {
		return Arrays.stream(advised.getAdvisors()).anyMatch(RequiresScopeAdvisor.class::isInstance);
	}

	private static void throwFirst(String beanName, List<GuardFault> faults) {
		if (!faults.isEmpty()) {
			throw new UnguardableBeanException(beanName, faults.get(0));
		}
	}

}
