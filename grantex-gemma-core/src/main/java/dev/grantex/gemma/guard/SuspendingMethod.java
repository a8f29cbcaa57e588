package dev.grantex.gemma.guard;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * What Spring makes of Kotlin's {@code suspend} functions: behind a proxy they return
 * publishers, and their last argument is what the caller goes on with.
 */
final class SuspendingMethod {

	private static final String FLOW = "kotlinx.coroutines.flow.Flow";

	/** Without it Spring calls the function as if it were any other. */
	private static final boolean BRIDGED = ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt",
			SuspendingMethod.class.getClassLoader());

	private SuspendingMethod() {
	}

	static boolean is(Method method) {
		return KotlinDetector.isSuspendingFunction(method);
	}

	/**
	 * Whether Spring can tell how the functions end.
	 */
	static boolean canBeObserved() {
		return BRIDGED;
	}

	/**
	 * The arguments as they were written, without what the caller goes on with.
	 */
	static @Nullable Object[] argumentsOf(@Nullable Object[] arguments) {
		return Arrays.copyOf(arguments, arguments.length - 1);
	}

	/**
	 * What the caller's coroutine carries under a key, in the Reactor context that it has
	 * from whoever subscribed to it.
	 */
	static @Nullable Object carried(@Nullable Object[] arguments, Object key) {
		return BRIDGED
				? ReactorContexts.of(Objects.requireNonNull(arguments[arguments.length - 1])).getOrDefault(key, null)
				: null;
	}

	/**
	 * The same publisher with a value that a coroutine finds under the key when it is
	 * subscribed to.
	 */
	static @Nullable Object carrying(@Nullable Object publisher, Object key, Object value) {
		return BRIDGED ? ReactorContexts.with(publisher, key, value) : publisher;
	}

	/**
	 * The publisher that stands for a function's result, which can be observed.
	 */
	static ResolvableType returnType(Method method, Class<?> type) {
		ResolvableType continuation = ResolvableType.forMethodParameter(method, method.getParameterCount() - 1, type);
		ResolvableType result = continuation.getGeneric();
		return result.toClass().getName().equals(FLOW)
				? ResolvableType.forClassWithGenerics(Flux.class, result.getGeneric())
				: ResolvableType.forClassWithGenerics(Mono.class, result);
	}

	/**
	 * Kotlin's view of a Reactor context, by reflection: few applications have it.
	 */
	private static final class ReactorContexts {

		private static final Class<?> TYPE = type("kotlinx.coroutines.reactor.ReactorContext");

		private static final Method CONTEXT = ClassUtils.getMethod(type("kotlin.coroutines.Continuation"),
				"getContext");

		private static final Method ELEMENT = ClassUtils.getMethod(type("kotlin.coroutines.CoroutineContext"), "get",
				type("kotlin.coroutines.CoroutineContext$Key"));

		private static final Method VALUE = ClassUtils.getMethod(TYPE, "getContext");

		private static final @Nullable Object KEY = ReflectionUtils
			.getField(Objects.requireNonNull(ReflectionUtils.findField(TYPE, "Key")), null);

		private static ContextView of(Object continuation) {
			Object context = ReflectionUtils.invokeMethod(CONTEXT, continuation);
			Object element = ReflectionUtils.invokeMethod(ELEMENT, context, KEY);
			Object value = (element != null) ? ReflectionUtils.invokeMethod(VALUE, element) : null;
			return (value instanceof ContextView view) ? view : Context.empty();
		}

		private static @Nullable Object with(@Nullable Object publisher, Object key, Object value) {
			if (publisher instanceof Mono<?> mono) {
				return mono.contextWrite((context) -> context.put(key, value));
			}
			return (publisher instanceof Flux<?> flux) ? flux.contextWrite((context) -> context.put(key, value))
					: publisher;
		}

		private static Class<?> type(String name) {
			return ClassUtils.resolveClassName(name, SuspendingMethod.class.getClassLoader());
		}

	}

}
