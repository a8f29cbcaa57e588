package dev.grantex.gemma.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Chooses among everything a class hierarchy declares what holds for one method of one
 * bean class: declarations on the method before those on types, those on a subtype before
 * those on its supertypes.
 */
public final class RequirementResolver {

	private final Class<?> type;

	private final List<ScopeDeclaration> declarations;

	RequirementResolver(Class<?> type, Collection<ScopeDeclaration> declarations) {
		this.type = type;
		this.declarations = List.copyOf(declarations);
	}

	boolean knowsAllOf(RequirementResolver other) {
		return this.declarations.containsAll(other.declarations);
	}

	/**
	 * The methods that bear an annotation themselves.
	 */
	Stream<Method> annotatedMethods() {
		return this.declarations.stream().map(ScopeDeclaration::method).flatMap(Stream::ofNullable);
	}

	/**
	 * Finds the declarations that hold for a method.
	 * @param method the most specific method of the bean's class
	 * @return none, one, or several that contradict each other
	 */
	List<ScopeDeclaration> resolve(Method method) {
		List<ScopeDeclaration> onMethod = closest(this.declarations.stream()
			.filter((declaration) -> declaration.method() != null && isSame(declaration.method(), method)));
		if (!onMethod.isEmpty() || isOfEveryObject(method) || ToolDescriptions.include(method, this.type)) {
			return onMethod;
		}
		return closest(this.declarations.stream().filter((declaration) -> declaration.method() == null));
	}

	private List<ScopeDeclaration> closest(Stream<ScopeDeclaration> stream) {
		List<ScopeDeclaration> candidates = stream.toList();
		List<ScopeDeclaration> closest = candidates.stream()
			.filter((candidate) -> candidates.stream().noneMatch(candidate::isReplacedBy))
			.toList();
		boolean agree = closest.stream().map(ScopeDeclaration::requirement).distinct().count() <= 1;
		return agree ? closest.stream().limit(1).toList() : closest;
	}

	/**
	 * Whether a declared method and a method of the bean are one to a caller: the same
	 * name, and the same parameters, literally or with the bean's type arguments.
	 */
	private boolean isSame(Method declared, Method method) {
		if (!declared.getName().equals(method.getName())
				|| declared.getParameterCount() != method.getParameterCount()) {
			return false;
		}
		Class<?>[] parameters = method.getParameterTypes();
		Class<?>[] erased = declared.getParameterTypes();
		for (int i = 0; i < parameters.length; i++) {
			if (parameters[i] != erased[i]
					&& parameters[i] != ResolvableType.forMethodParameter(declared, i, this.type).toClass()) {
				return false;
			}
		}
		return true;
	}

	private static boolean isOfEveryObject(Method method) {
		return method.getDeclaringClass() == Object.class || ReflectionUtils.isObjectMethod(method);
	}

	/**
	 * Whether a class was made at run time from interfaces.
	 */
	public static boolean isSynthesized(Class<?> type) {
		return Proxy.isProxyClass(type) || ClassUtils.isLambdaClass(type);
	}

	/**
	 * The interface through which a class made at run time got a method.
	 */
	static Class<?> declaringInterface(Method method, Class<?> type) {
		return ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.filter((candidate) -> ClassUtils.hasMethod(candidate, method.getName(), method.getParameterTypes()))
			.findFirst()
			.orElseGet(() -> Objects.requireNonNull(type.getInterfaces()[0]));
	}

	/**
	 * Whether a proxy could ever see calls of a method.
	 */
	static boolean isInterceptable(Method method) {
		return !Modifier.isStatic(method.getModifiers()) && !Modifier.isPrivate(method.getModifiers())
				&& method.getDeclaringClass() != Object.class;
	}

}
