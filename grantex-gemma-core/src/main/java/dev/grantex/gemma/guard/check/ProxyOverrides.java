package dev.grantex.gemma.guard.check;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Tells which methods of a class its proxy in fact overrides, as the Java virtual machine
 * decides it: a method that only its package sees is overridden only by a class of the
 * same package that the same class loader has defined, or by one that overrides such a
 * class's.
 */
final class ProxyOverrides {

	private final Class<?> proxy;

	/**
	 * Creates the view of one proxy.
	 * @param proxy the class that was generated at run time
	 */
	ProxyOverrides(Class<?> proxy) {
		this.proxy = proxy;
	}

	/**
	 * Whether calls of a method reach the proxy.
	 * @param method an instance method of the proxied class, one of its superclasses or
	 * interfaces
	 */
	boolean includes(Method method) {
		if (method.getDeclaringClass().isInterface()) {
			return declared(this.proxy, method) != null;
		}
		Deque<Method> overriding = new ArrayDeque<>();
		overriding.add(method);
		for (Class<?> type : below(method.getDeclaringClass())) {
			Method candidate = declared(type, method);
			if (candidate != null && overriding.stream().anyMatch((known) -> overrides(candidate, known))) {
				overriding.add(candidate);
			}
		}
		return overriding.getLast().getDeclaringClass() == this.proxy;
	}

	/**
	 * The classes between a superclass and the proxy, from above to below.
	 */
	private Deque<Class<?>> below(Class<?> ancestor) {
		Deque<Class<?>> types = new ArrayDeque<>();
		for (Class<?> type = this.proxy; type != null && type != ancestor; type = type.getSuperclass()) {
			types.addFirst(type);
		}
		return types;
	}

	private static @Nullable Method declared(Class<?> type, Method method) {
		return Stream.of(type.getDeclaredMethods())
			.filter((candidate) -> candidate.getName().equals(method.getName())
					&& candidate.getReturnType() == method.getReturnType()
					&& Arrays.equals(candidate.getParameterTypes(), method.getParameterTypes())
					&& !Modifier.isStatic(candidate.getModifiers()) && !Modifier.isPrivate(candidate.getModifiers()))
			.findFirst()
			.orElse(null);
	}

	private static boolean overrides(Method candidate, Method method) {
		if (Modifier.isFinal(method.getModifiers())) {
			return false;
		}
		if (Modifier.isPublic(method.getModifiers()) || Modifier.isProtected(method.getModifiers())) {
			return true;
		}
		Class<?> one = candidate.getDeclaringClass();
		Class<?> other = method.getDeclaringClass();
		return one.getPackageName().equals(other.getPackageName()) && one.getClassLoader() == other.getClassLoader();
	}

}
