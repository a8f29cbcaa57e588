package dev.grantex.gemma.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.stream.Stream;

/**
 * Why a method that asks for scopes cannot be guarded.
 *
 * @param method the method as {@code Type.method}
 * @param problem what is wrong, the end of a sentence that begins with the method
 * @param remedy what to do about it, one sentence
 */
public record GuardFault(String method, String problem, String remedy) {

	public static GuardFault finalClass(Method method, Class<?> type) {
		return new GuardFault(GuardedMethod.nameOf(method, type), "the class is final",
				isOfKotlin(type)
						? "Apply the compiler plugin kotlin-spring, which opens Spring's components, or declare"
								+ " the class and its methods open."
						: "Make the class non-final, or inject it by an interface that declares its"
								+ " tools and have it proxied by interface.");
	}

	public static GuardFault notOverridden(Method method, Class<?> type) {
		String name = GuardedMethod.nameOf(method, type);
		if (!Modifier.isFinal(method.getModifiers())) {
			return new GuardFault(name,
					"the method is visible only in another package, or to another class loader, than the bean's class",
					"Make it public.");
		}
		return new GuardFault(name, "the method is final",
				isOfKotlin(method.getDeclaringClass())
						? "Apply the compiler plugin kotlin-spring, which opens Spring's components, or declare the"
								+ " method open."
						: "Make it non-final, or annotate single methods in place of the class.");
	}

	static GuardFault callback(Method method, Class<?> type) {
		return new GuardFault(GuardedMethod.nameOf(method, type),
				"the container calls it on the object itself, past the guard",
				"Annotate a method of its own, which is called through the bean once the application runs.");
	}

	private static boolean isOfKotlin(Class<?> type) {
		return Stream.of(type.getDeclaredAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getName().equals("kotlin.Metadata"));
	}

}
