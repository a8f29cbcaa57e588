package dev.grantex.gemma.guard;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ClassFilter;
import org.springframework.aop.MethodMatcher;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.support.StaticMethodMatcher;
import org.springframework.core.Ordered;
import org.springframework.util.function.SingletonSupplier;

/**
 * Puts the guard around methods with {@link RequiresScope}. Nothing is resolved before
 * the first call, so that it can be created early and while code is generated ahead of
 * time.
 */
public final class RequiresScopeAdvisor implements PointcutAdvisor, Ordered, AopInfrastructureBean {

	/**
	 * The order by default: inside Spring Security's {@code @PreAuthorize}, outside
	 * transactions and caches.
	 */
	public static final int DEFAULT_ORDER = 425;

	private final GuardedTypes types = new GuardedTypes();

	private final Pointcut pointcut = new GuardedPointcut(this.types);

	private final MethodInterceptor interceptor = this::invoke;

	private final Supplier<CallGuard> guard;

	private final int order;

	private final boolean recordIntent;

	/**
	 * Creates an advisor with the default order.
	 * @param guard supplies the guard at the first call
	 */
	public RequiresScopeAdvisor(Supplier<CallGuard> guard) {
		this(guard, DEFAULT_ORDER);
	}

	/**
	 * Creates an advisor.
	 * @param guard supplies the guard at the first call
	 * @param order the advisor's order among those of a bean
	 */
	public RequiresScopeAdvisor(Supplier<CallGuard> guard, int order) {
		this(guard, order, false);
	}

	/**
	 * Creates an advisor.
	 * @param guard supplies the guard at the first call
	 * @param order the advisor's order among those of a bean
	 * @param recordIntent whether the guard writes an entry before a call where the
	 * annotation does not say
	 */
	public RequiresScopeAdvisor(Supplier<CallGuard> guard, int order, boolean recordIntent) {
		this.guard = SingletonSupplier.of(guard);
		this.order = order;
		this.recordIntent = recordIntent;
	}

	@Override
	public Pointcut getPointcut() {
		return this.pointcut;
	}

	@Override
	public Advice getAdvice() {
		return this.interceptor;
	}

	@Override
	public int getOrder() {
		return this.order;
	}

	/**
	 * What this advisor knows about bean classes.
	 */
	public GuardedTypes types() {
		return this.types;
	}

	/**
	 * Whether the guard writes an entry before a call where the annotation does not say.
	 */
	public boolean isRecordIntent() {
		return this.recordIntent;
	}

	private @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		ProxyPassages passages = this.guard.get().passages();
		if (passages.isGuarded(invocation)) {
			return passages.pass(invocation);
		}
		Method method = invocation.getMethod();
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? target.getClass() : method.getDeclaringClass();
		GuardedMethod guarded = this.types.of(type).find(method).method();
		if (guarded == null) {
			throw this.guard.get().refuse(GuardedMethod.nameOf(method, type));
		}
		return new GuardedInvocation(this.guard.get(), guarded, invocation).run();
	}

	private static final class GuardedPointcut extends StaticMethodMatcher implements Pointcut, ClassFilter {

		private final GuardedTypes types;

		private GuardedPointcut(GuardedTypes types) {
			this.types = types;
		}

		@Override
		public ClassFilter getClassFilter() {
			return this;
		}

		@Override
		public MethodMatcher getMethodMatcher() {
			return this;
		}

		@Override
		public boolean matches(Class<?> type) {
			return !this.types.of(type).isEmpty();
		}

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			return this.types.of(targetClass).find(method).isAdvised();
		}

	}

}
