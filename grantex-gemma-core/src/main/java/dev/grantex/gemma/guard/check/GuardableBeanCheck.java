package dev.grantex.gemma.guard.check;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.ProxyConfig;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.ProxyProcessorSupport;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

import dev.grantex.gemma.guard.GuardFault;
import dev.grantex.gemma.guard.GuardedType;
import dev.grantex.gemma.guard.RequirementResolver;
import dev.grantex.gemma.guard.RequiresScopeAdvisor;
import dev.grantex.gemma.guard.UnguardableBeanException;

/**
 * Refuses beans that no proxy can guard, before one is made: contradicting or malformed
 * annotations, annotations on private and static methods, final classes. Fails with
 * {@link UnguardableBeanException}.
 */
public final class GuardableBeanCheck
		implements InstantiationAwareBeanPostProcessor, PriorityOrdered, BeanFactoryAware {

	private final InterfaceFinder interfaces = new InterfaceFinder();

	private final RequiresScopeAdvisor advisor;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	/**
	 * Creates a check.
	 * @param advisor the advisor that guards the beans
	 */
	public GuardableBeanCheck(RequiresScopeAdvisor advisor) {
		this.advisor = advisor;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (beanFactory instanceof ConfigurableListableBeanFactory listable) ? listable : null;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/** Before anybody can ask for an early reference and so for the proxy. */
	@Override
	public boolean postProcessAfterInstantiation(Object bean, String beanName) {
		check(bean.getClass(), beanName);
		return true;
	}

	/** Products of factories are announced only here. */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		check(bean.getClass(), beanName);
		return bean;
	}

	private void check(Class<?> type, String beanName) {
		GuardedType guarded = this.advisor.types().of(type);
		if (guarded.isEmpty()) {
			return;
		}
		for (GuardFault fault : guarded.faults()) {
			throw new UnguardableBeanException(beanName, fault);
		}
		List<Method> methods = guarded.guardedMethods();
		if (!methods.isEmpty() && Modifier.isFinal(type.getModifiers()) && !RequirementResolver.isSynthesized(type)
				&& isProxiedByClass(type, beanName)) {
			throw new UnguardableBeanException(beanName, GuardFault.finalClass(methods.get(0), type));
		}
	}

	private boolean isProxiedByClass(Class<?> type, String beanName) {
		if (!this.interfaces.isPresentOn(type)) {
			return true;
		}
		ConfigurableListableBeanFactory factory = this.beanFactory;
		if (factory == null) {
			return false;
		}
		if (factory.containsBeanDefinition(beanName) && factory.getBeanDefinition(beanName)
			.getAttribute(AutoProxyUtils.EXPOSED_INTERFACES_ATTRIBUTE) != null) {
			return false;
		}
		return AutoProxyUtils.shouldProxyTargetClass(factory, beanName)
				|| (factory.containsBean(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME)
						&& factory.getBean(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME) instanceof ProxyConfig creator
						&& creator.isProxyTargetClass());
	}

	/**
	 * Knows which interfaces Spring takes for a reason to make a proxy of interfaces.
	 */
	private static final class InterfaceFinder extends ProxyProcessorSupport {

		private boolean isPresentOn(Class<?> type) {
			ProxyFactory factory = new ProxyFactory();
			evaluateProxyInterfaces(type, factory);
			return !factory.isProxyTargetClass();
		}

	}

}
