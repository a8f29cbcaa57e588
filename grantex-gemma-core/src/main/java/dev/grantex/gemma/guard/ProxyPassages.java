package dev.grantex.gemma.guard;

import java.lang.reflect.Method;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;

/**
 * Tells a call that passes one more guarding proxy on its way to the bean from another
 * call: where several auto-proxy creators work, a bean has several proxies. The first
 * proxy on the way guards, outside of whatever else is around the bean. A call that the
 * bean makes, through a proxy of its own too, is another one. Thread-safe.
 */
final class ProxyPassages {

	private static final String ATTRIBUTE = ProxyPassages.class.getName();

	private final ThreadLocal<@Nullable Passage> current = new ThreadLocal<>();

	/**
	 * Whether a call is on the way from the proxy that guards it to the bean.
	 */
	boolean isGuarded(MethodInvocation invocation) {
		if (!(invocation instanceof ProxyMethodInvocation proxied)) {
			return false;
		}
		Passage passage = this.current.get();
		if (passage != null && (passage.isOf(proxied) || passage.leadsTo(proxied))) {
			return true;
		}
		return SuspendingMethod.is(invocation.getMethod())
				&& SuspendingMethod.carried(invocation.getArguments(), this) instanceof Passage carried
				&& carried.leadsTo(proxied);
	}

	/**
	 * Lets a call that is guarded pass.
	 */
	@Nullable Object pass(MethodInvocation invocation) throws Throwable {
		Passage passage = this.current.get();
		boolean sameProxy = passage != null && invocation instanceof ProxyMethodInvocation proxied
				&& passage.isOf(proxied);
		return sameProxy ? invocation.proceed() : begin(invocation).through(invocation::proceed);
	}

	/**
	 * Begins the way to the bean.
	 */
	Passage begin(MethodInvocation invocation) {
		Object target = invocation.getThis();
		Passage passage = new Passage(AopUtils.isAopProxy(target) ? target : null, invocation.getMethod(),
				SuspendingMethod.is(invocation.getMethod()));
		if (invocation instanceof ProxyMethodInvocation proxied) {
			proxied.setUserAttribute(ATTRIBUTE, passage);
		}
		return passage;
	}

	/**
	 * What goes on on the way to the bean.
	 */
	@FunctionalInterface
	interface Way {

		@Nullable Object go() throws Throwable;

	}

	/**
	 * From one proxy to the next, or to the bean.
	 */
	final class Passage {

		private final @Nullable Object next;

		private final Method method;

		private final boolean suspending;

		private Passage(@Nullable Object next, Method method, boolean suspending) {
			this.next = next;
			this.method = method;
			this.suspending = suspending;
		}

		@Nullable Object through(Way way) throws Throwable {
			Passage before = ProxyPassages.this.current.get();
			ProxyPassages.this.current.set(this);
			try {
				Object result = way.go();
				// Whatever suspends goes on to the next proxy on any thread.
				return this.suspending ? SuspendingMethod.carrying(result, ProxyPassages.this, this) : result;
			}
			finally {
				if (before != null) {
					ProxyPassages.this.current.set(before);
				}
				else {
					ProxyPassages.this.current.remove();
				}
			}
		}

		private boolean isOf(ProxyMethodInvocation invocation) {
			return invocation.getUserAttribute(ATTRIBUTE) == this;
		}

		/**
		 * The next proxy may know the method by another declaration.
		 */
		private boolean leadsTo(ProxyMethodInvocation invocation) {
			if (this.next == null || invocation.getProxy() != this.next) {
				return false;
			}
			Class<?> type = AopProxyUtils.ultimateTargetClass(this.next);
			return AopUtils.getMostSpecificMethod(invocation.getMethod(), type)
				.equals(AopUtils.getMostSpecificMethod(this.method, type));
		}

	}

}
