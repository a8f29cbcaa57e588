package dev.grantex.gemma.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

import dev.grantex.gemma.EventLoop;

/**
 * What is known about one bean class: which of its methods need scopes, and what about
 * that cannot be enforced.
 */
public final class GuardedType {

	private final Class<?> type;

	private final boolean empty;

	private final List<GuardFault> declaredFaults;

	private final RequirementResolver resolver;

	private final Map<Method, Resolution> resolutions = new ConcurrentHashMap<>();

	GuardedType(Class<?> type, List<DeclaredScopes> hierarchy) {
		this.type = type;
		this.empty = hierarchy.isEmpty();
		this.declaredFaults = hierarchy.stream().flatMap((declared) -> declared.faults().stream()).toList();
		this.resolver = new RequirementResolver(type,
				hierarchy.stream().flatMap((declared) -> declared.declarations().stream()).toList());
	}

	/**
	 * Whether nothing in the class's hierarchy asks for scopes.
	 */
	public boolean isEmpty() {
		return this.empty;
	}

	/**
	 * Whether everything that another class asks for is known here too.
	 */
	public boolean knowsAllOf(GuardedType other) {
		return this.resolver.knowsAllOf(other.resolver);
	}

	/**
	 * What is known about a method, however it was called: through an interface, a bridge
	 * or a subclass.
	 */
	public Resolution find(Method method) {
		return this.empty ? Resolution.NONE : this.resolutions.computeIfAbsent(method,
				(key) -> resolve(AopUtils.getMostSpecificMethod(key, this.type)));
	}

	/**
	 * The methods of the class that a proxy has to guard.
	 */
	public List<Method> guardedMethods() {
		return this.empty ? List.of() : methods().filter((method) -> find(method).method() != null).toList();
	}

	/**
	 * Annotated methods that only another package sees and that the class hides by a
	 * method of its own, without overriding them.
	 */
	public Stream<Method> shadowedMethods() {
		return this.resolver.annotatedMethods()
			.filter((method) -> !method.getDeclaringClass().isInterface()
					&& (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED | Modifier.ABSTRACT)) == 0);
	}

	/**
	 * What the container calls past every proxy although the method itself asks for
	 * scopes.
	 * @param definition the bean's merged definition
	 */
	public Stream<GuardFault> callbackFaults(RootBeanDefinition definition) {
		return guardedMethods().stream()
			.filter((method) -> Objects.requireNonNull(find(method).method()).isAnnotated())
			.filter((method) -> ContainerCallbacks.isCallback(method, this.type)
					|| ContainerCallbacks.isCallback(method, this.type, definition))
			.map((method) -> GuardFault.callback(method, this.type));
	}

	/**
	 * Everything that is wrong already with the class itself, however it is proxied.
	 */
	public List<GuardFault> faults() {
		return this.empty ? List.of()
				: Stream
					.concat(this.declaredFaults.stream(),
							methods().map((method) -> find(method).fault()).flatMap(Stream::ofNullable))
					.toList();
	}

	/**
	 * The methods of the class that a proxy could intercept. Kotlin marks as bridges,
	 * though not as synthetic, those that it adds for the bodies in interfaces.
	 */
	public Stream<Method> methods() {
		return Stream.of(ReflectionUtils.getUniqueDeclaredMethods(this.type))
			.filter((method) -> !(method.isBridge() && method.isSynthetic())
					&& RequirementResolver.isInterceptable(method));
	}

	private Resolution resolve(Method method) {
		List<ScopeDeclaration> declarations = this.resolver.resolve(method);
		if (declarations.isEmpty()) {
			return Resolution.NONE;
		}
		String name = GuardedMethod.nameOf(method, this.type);
		if (declarations.size() > 1) {
			String places = declarations.stream()
				.map((declaration) -> GuardedMethod.nameOf(declaration.source()))
				.distinct()
				.sorted()
				.collect(Collectors.joining(", "));
			return Resolution
				.of(new GuardFault(name, "annotations that contradict each other apply to it, from " + places,
						"Annotate the method itself, once."));
		}
		if (AnnotatedElementUtils.hasAnnotation(method, Bean.class)) {
			return Resolution.of(new GuardFault(name, "the method makes a bean while the application starts",
					"Annotate the bean's own class or methods."));
		}
		if (SuspendingMethod.is(method) && !SuspendingMethod.canBeObserved()) {
			return Resolution.of(new GuardFault(name, "the outcome of a suspend function cannot be observed",
					"Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor to the application."));
		}
		if (ReturnedWork.isHiddenIn(GuardedMethod.returnType(method, this.type))) {
			return Resolution.of(new GuardFault(name, "its outcome cannot be observed through its return type",
					"Let it return what it has worked out, a CompletableFuture, or a reactive type such as Flux"
							+ " that is wrapped in nothing" + reactor()
							+ "; or annotate the methods that do the work."));
		}
		return Resolution.of(GuardedMethod.of(method, this.type, declarations.get(0)));
	}

	private static String reactor() {
		return EventLoop.isReactorPresent() ? "" : " and needs io.projectreactor:reactor-core in the application";
	}

	/**
	 * What is known about a method: that it is guarded, that it cannot be, or neither.
	 *
	 * @param method the method if it is guarded
	 * @param fault why it cannot be guarded although it asks for scopes
	 */
	public record Resolution(@Nullable GuardedMethod method, @Nullable GuardFault fault) {

		static final Resolution NONE = new Resolution(null, null);

		static Resolution of(GuardedMethod method) {
			return new Resolution(method, null);
		}

		static Resolution of(GuardFault fault) {
			return new Resolution(null, fault);
		}

		/**
		 * Whether calls have to be intercepted, if only to deny them.
		 */
		boolean isAdvised() {
			return this.method != null || this.fault != null;
		}

	}

}
