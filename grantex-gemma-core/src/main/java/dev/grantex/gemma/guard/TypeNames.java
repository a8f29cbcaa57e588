package dev.grantex.gemma.guard;

import org.springframework.util.ClassUtils;

/**
 * Names of types for people: without package, also for types that have no simple name.
 */
final class TypeNames {

	private TypeNames() {
	}

	static String of(Class<?> type) {
		String name = type.getSimpleName();
		return name.isEmpty() ? ClassUtils.getShortName(type) : name;
	}

}
