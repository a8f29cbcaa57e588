package dev.grantex.gemma.guard.check;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.core.Ordered;

/**
 * Lets the proxies of guarded beans pass on to the bean post-processors after those that
 * make them, also where another bean was given the proxy before its target was complete:
 * there the target alone would pass, and whatever schedules or listens on its behalf
 * would call it past the guard. {@link GuardedBeanCheck}, at the end, gives Spring the
 * target back that it counts on. Thread-safe.
 */
public final class EarlyProxies implements SmartInstantiationAwareBeanPostProcessor, Ordered {

	private final Map<String, Object> proxies = new ConcurrentHashMap<>();

	/** Directly after Spring's auto-proxy creator. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 1;
	}

	@Override
	public Object getEarlyBeanReference(Object bean, String beanName) {
		if (GuardedBeanCheck.findGuardingProxy(bean) != null) {
			this.proxies.put(beanName, bean);
		}
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Object proxy = this.proxies.remove(beanName);
		return (proxy != null && bean == target(proxy)) ? proxy : bean;
	}

	/**
	 * What is behind all proxies.
	 */
	static Object target(Object bean) {
		Object current = bean;
		Object next = AopProxyUtils.getSingletonTarget(current);
		while (next != null) {
			current = next;
			next = AopProxyUtils.getSingletonTarget(current);
		}
		return current;
	}

	/**
	 * Whether a bean is a proxy, or one of those behind it, or what is behind all.
	 */
	static boolean includes(Object proxy, Object bean) {
		@Nullable Object current = proxy;
		while (current != null && current != bean) {
			current = AopProxyUtils.getSingletonTarget(current);
		}
		return current != null;
	}

}
