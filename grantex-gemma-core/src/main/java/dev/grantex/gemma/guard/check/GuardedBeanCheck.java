package dev.grantex.gemma.guard.check;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.target.AbstractBeanFactoryBasedTargetSource;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.util.ClassUtils;

import dev.grantex.gemma.guard.GuardFault;
import dev.grantex.gemma.guard.GuardedMethod;
import dev.grantex.gemma.guard.GuardedType;
import dev.grantex.gemma.guard.RequiresScopeAdvisor;
import dev.grantex.gemma.guard.UnguardableBeanException;

/**
 * Refuses beans that ask for scopes but are not guarded after all: created before proxies
 * could be made, methods that the proxy does not override or hides, methods that the
 * container itself calls. Beans are checked as they are created; at the end of the start
 * also those that were there before this check, and the classes of those that are yet to
 * be created. Fails with {@link UnguardableBeanException}.
 */
public final class GuardedBeanCheck implements SmartInstantiationAwareBeanPostProcessor,
		MergedBeanDefinitionPostProcessor, SmartInitializingSingleton, BeanFactoryAware {

	private static final Log logger = LogFactory.getLog(GuardedBeanCheck.class);

	private final Map<String, Object> exposedEarly = new ConcurrentHashMap<>();

	private final RequiresScopeAdvisor advisor;

	private final BeanFaults faults;

	private final boolean guarding;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private volatile boolean started;

	/**
	 * Creates a check.
	 * @param advisor the advisor that guards the beans
	 */
	public GuardedBeanCheck(RequiresScopeAdvisor advisor) {
		this(advisor, true);
	}

	private GuardedBeanCheck(RequiresScopeAdvisor advisor, boolean guarding) {
		this.advisor = advisor;
		this.faults = new BeanFaults(advisor);
		this.guarding = guarding;
	}

	/**
	 * Creates a check for contexts that have no guard. It refuses every bean that asks
	 * for scopes.
	 */
	public static GuardedBeanCheck withoutGuard() {
		return new GuardedBeanCheck(new RequiresScopeAdvisor(() -> {
			throw new IllegalStateException("There is no guard");
		}), false);
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (beanFactory instanceof ConfigurableListableBeanFactory listable) ? listable : null;
	}

	/** Before the container calls anything on the bean, and ahead of time. */
	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String beanName) {
		throwFirst(beanName, this.advisor.types().of(type).callbackFaults(definition).toList());
		throwFirst(beanName, this.faults.of(type));
		if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
			warnOfUnreadable();
		}
	}

	@Override
	public Object getEarlyBeanReference(Object bean, String beanName) {
		check(bean, beanName);
		this.exposedEarly.put(beanName, bean);
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Object early = this.exposedEarly.remove(beanName);
		if (early != null && EarlyProxies.includes(early, bean)) {
			return EarlyProxies.target(early);
		}
		check(bean, beanName);
		if (this.started) {
			warnOfUnreadable();
		}
		return bean;
	}

	@Override
	public void afterSingletonsInstantiated() {
		ConfigurableListableBeanFactory factory = this.beanFactory;
		if (factory == null) {
			return;
		}
		checkAll(factory);
		BeanFactory parent = factory.getParentBeanFactory();
		while (this.guarding && parent instanceof ConfigurableListableBeanFactory above) {
			requireGuard(above);
			parent = above.getParentBeanFactory();
		}
		this.started = true;
		warnOfUnreadable();
	}

	/**
	 * Refuses the beans of a context that ask for scopes, unless the context has a check
	 * of its own: those that there are, and later each that is created, whose class may
	 * only be known by then.
	 * @param factory the beans of the context
	 * @throws UnguardableBeanException if there is such a bean
	 */
	public static void requireGuard(ConfigurableListableBeanFactory factory) {
		if (factory.getBeanNamesForType(GuardedBeanCheck.class, true, false).length == 0) {
			GuardedBeanCheck check = withoutGuard();
			check.checkAll(factory);
			factory.addBeanPostProcessor(check);
		}
	}

	private void checkAll(ConfigurableListableBeanFactory factory) {
		Set<String> doubles = factory.getBeansOfType(TestDoubles.class, true, false)
			.values()
			.stream()
			.flatMap((known) -> known.names().stream())
			.collect(Collectors.toSet());
		Set<String> names = new LinkedHashSet<>(List.of(factory.getBeanDefinitionNames()));
		names.addAll(List.of(factory.getSingletonNames()));
		for (String name : names) {
			Object bean = factory.getSingleton(name);
			if (bean != null && !doubles.contains(name)) {
				check(bean, name);
			}
			if (bean == null || bean instanceof FactoryBean<?>) {
				checkType(factory, name);
			}
		}
	}

	private void warnOfUnreadable() {
		Set<String> unreadable = this.faults.takeUnreadable();
		if (!unreadable.isEmpty()) {
			logger.warn("Whether beans call guarded methods on themselves, past the guard, could not be checked,"
					+ " because these classes cannot be read: " + String.join(", ", unreadable));
		}
	}

	private void checkType(ConfigurableListableBeanFactory factory, String beanName) {
		try {
			Class<?> type = factory.getType(beanName, false);
			if (type != null) {
				throwFirst(beanName, this.faults.of(type));
			}
			if (type != null && !this.guarding) {
				this.advisor.types().of(type).guardedMethods().stream().findFirst().ifPresent((method) -> {
					throw new UnguardableBeanException(beanName, unguarded(method, type));
				});
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
		if (guarded.isEmpty() || (!proxy && TestDoubles.isMock(bean))) {
			return;
		}
		throwFirst(beanName, this.faults.of(type));
		List<Method> methods = guarded.guardedMethods();
		if (methods.isEmpty()) {
			return;
		}
		Object guarding = findGuardingProxy(bean);
		if (guarding == null) {
			throw new UnguardableBeanException(beanName, unguarded(methods.get(0), type));
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

	private GuardFault unguarded(Method method, Class<?> type) {
		String name = GuardedMethod.nameOf(method, type);
		return this.guarding
				? new GuardFault(name, "the bean is not behind a proxy",
						"Let Spring create it as a bean of its own, not as a dependency"
								+ " of a BeanPostProcessor or an advisor, and not as an infrastructure bean.")
				: new GuardFault(name, "the bean's application context has no guard",
						"Define the bean in the context that has GrantexGemmaAutoConfiguration or in one below that"
								+ " SpringApplication starts, or import that auto-configuration.");
	}

	private List<GuardFault> proxyFaults(Object bean, Object guarding, GuardedType guarded, List<Method> methods,
			Class<?> type) {
		if (AopUtils.isJdkDynamicProxy(bean)) {
			Set<Method> exposed = exposedMethods(bean, type);
			return methods.stream()
				.filter((method) -> isAnnotated(guarded, method) && !exposed.contains(method))
				.map((method) -> new GuardFault(GuardedMethod.nameOf(method, type),
						"the bean's proxy has only its interfaces, and none of them declares the method",
						"Declare the method in an interface, or let the bean be proxied by its class"
								+ " (spring.aop.proxy-target-class=true or @Proxyable(TARGET_CLASS))."))
				.toList();
		}
		List<ProxyOverrides> proxies = Stream.of(bean, guarding)
			.filter(AopUtils::isCglibProxy)
			.map((proxy) -> new ProxyOverrides(proxy.getClass()))
			.toList();
		return Stream.concat(methods.stream(), guarded.shadowedMethods())
			.filter((method) -> !proxies.stream().allMatch((proxy) -> proxy.includes(method)))
			.filter((method) -> Modifier.isFinal(method.getModifiers()) || isAnnotated(guarded, method))
			.map((method) -> GuardFault.notOverridden(method, type))
			.toList();
	}

	private static boolean isAnnotated(GuardedType guarded, Method method) {
		GuardedMethod found = guarded.find(method).method();
		return found != null && found.isAnnotated();
	}

	private static Set<Method> exposedMethods(Object proxy, Class<?> type) {
		return Stream.of(ClassUtils.getAllInterfaces(proxy))
			.flatMap((exposed) -> Stream.of(exposed.getMethods()))
			.map((method) -> AopUtils.getMostSpecificMethod(method, type))
			.collect(Collectors.toSet());
	}

	private static boolean delegatesToAnotherBean(Object proxy) {
		return proxy instanceof Advised advised
				&& advised.getTargetSource() instanceof AbstractBeanFactoryBasedTargetSource && !hasGuard(advised);
	}

	static @Nullable Object findGuardingProxy(Object bean) {
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
