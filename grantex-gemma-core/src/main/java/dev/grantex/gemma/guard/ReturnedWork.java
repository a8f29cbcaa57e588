package dev.grantex.gemma.guard;

import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;

import dev.grantex.gemma.EventLoop;

/**
 * Tells values from work that goes on, or only begins, after the method that returned it:
 * its end is seen through stages and reactive types, and through nothing else.
 */
final class ReturnedWork {

	private static final String SUPPLIER = "java.util.function.Supplier";

	/**
	 * What stands for work whose end nobody else is told of. Named, because most of it is
	 * not on every class path.
	 */
	private static final Set<String> HIDDEN = Set.of("java.lang.Process", "java.lang.Runnable", "java.util.Enumeration",
			"java.util.Iterator", "java.util.Spliterator", "java.util.concurrent.Callable",
			"java.util.concurrent.Flow$Publisher", "java.util.concurrent.Future", SUPPLIER,
			"java.util.stream.BaseStream", "org.springframework.web.context.request.async.DeferredResult",
			"org.springframework.web.context.request.async.WebAsyncTask",
			"org.springframework.web.servlet.function.AsyncServerResponse",
			"org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
			"org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody",
			"dev.langchain4j.service.TokenStream", "io.vertx.core.Future", "kotlin.Function", "kotlin.Lazy",
			"kotlin.sequences.Sequence", "kotlinx.coroutines.Job", "kotlinx.coroutines.channels.ReceiveChannel",
			"kotlinx.coroutines.flow.Flow", "okhttp3.Call", "org.reactivestreams.Publisher", "retrofit2.Call",
			"scala.concurrent.Future");

	/** Types may be declared in terms of themselves. */
	private static final int MAX_DEPTH = 8;

	private static final ClassValue<Boolean> WORK = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			return CompletionStage.class.isAssignableFrom(type) || isNamed(type)
					|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
		}

	};

	private ReturnedWork() {
	}

	/**
	 * How a reactive type can be observed, with Reactor's means, or {@code null} if it is
	 * none, or one that nothing else can take the place of.
	 */
	static @Nullable ReactiveAdapter adapter(Class<?> type) {
		ReactiveAdapter adapter = CompletionStage.class.isAssignableFrom(type) ? null : registered(type);
		return (adapter != null && type.isAssignableFrom(adapter.getReactiveType())) ? adapter : null;
	}

	/**
	 * The same for what a method has returned without announcing it.
	 */
	static @Nullable ReactiveAdapter adapter(@Nullable Object result) {
		return (result == null || result instanceof CompletionStage<?>) ? null : registered(result.getClass());
	}

	private static @Nullable ReactiveAdapter registered(Class<?> type) {
		return EventLoop.isReactorPresent() ? ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) : null;
	}

	/**
	 * Whether a method with such a return type may leave work behind whose end cannot be
	 * seen: the type itself, or what it is declared to hold.
	 */
	static boolean isHiddenIn(ResolvableType returnType) {
		Class<?> type = returnType.toClass();
		boolean observed = type == CompletableFuture.class || type == CompletionStage.class || adapter(type) != null;
		return (!observed && isWork(type)) || holdsWork(returnType, 0, new HashSet<>());
	}

	/**
	 * Whether a value is, or holds, such work.
	 */
	static boolean isHiddenIn(@Nullable Object value) {
		Object held = value;
		if (value instanceof HttpEntity<?> entity) {
			held = entity.getBody();
		}
		else if (value instanceof Optional<?> optional) {
			held = optional.orElse(null);
		}
		return held != null && (held != value || !isObserved(held)) && isWork(held.getClass());
	}

	private static boolean isObserved(Object value) {
		return value instanceof CompletionStage<?> || adapter(value) != null;
	}

	private static boolean holdsWork(ResolvableType type, int depth, Set<Class<?>> seen) {
		if (depth == MAX_DEPTH || type.toClass() == Class.class) {
			return false;
		}
		if (type.isArray()) {
			return isOrHoldsWork(type.getComponentType(), depth, seen);
		}
		if (type.toClass().isRecord() && seen.add(type.toClass())) {
			for (RecordComponent component : type.toClass().getRecordComponents()) {
				if (isOrHoldsWork(ResolvableType.forType(component.getGenericType(), type), depth, seen)) {
					return true;
				}
			}
		}
		return Stream.of(type.getGenerics()).anyMatch((generic) -> isOrHoldsWork(generic, depth, seen));
	}

	private static boolean isOrHoldsWork(ResolvableType type, int depth, Set<Class<?>> seen) {
		return isWork(type.toClass()) || holdsWork(type, depth + 1, seen);
	}

	private static boolean isWork(Class<?> type) {
		return Boolean.TRUE.equals(WORK.get(type));
	}

	/**
	 * Constants are values, and so is what lists its values, as Spring Data's pages do,
	 * although it can be asked for them like a supplier.
	 */
	private static boolean isNamed(Class<?> type) {
		boolean listed = Iterable.class.isAssignableFrom(type);
		return !Enum.class.isAssignableFrom(type)
				&& names(type).anyMatch((name) -> HIDDEN.contains(name) && !(listed && name.equals(SUPPLIER)));
	}

	private static Stream<String> names(Class<?> type) {
		return Stream.concat(Stream.of(type.getName()),
				Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces()))
					.flatMap(ReturnedWork::names));
	}

}
