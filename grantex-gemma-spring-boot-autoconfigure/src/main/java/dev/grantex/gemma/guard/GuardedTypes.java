package dev.grantex.gemma.guard;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.util.ClassUtils;

/**
 * Reads the annotations of bean classes, each type of a hierarchy once.
 */
final class GuardedTypes {

	private static final DeclaredScopes NOTHING = new DeclaredScopes(List.of(), List.of());

	private final Map<Class<?>, DeclaredScopes> declared = new ConcurrentHashMap<>();

	private final Map<Class<?>, GuardedType> types = new ConcurrentHashMap<>();

	/**
	 * What is known about a class.
	 * @param type the class of a bean, also one that was generated at run time
	 */
	GuardedType of(Class<?> type) {
		GuardedType known = this.types.get(type);
		return (known != null) ? known : this.types.computeIfAbsent(type, (key) -> read(ClassUtils.getUserClass(key)));
	}

	private GuardedType read(Class<?> type) {
		List<DeclaredScopes> declarations = new ArrayList<>();
		for (Class<?> member : hierarchy(type)) {
			DeclaredScopes scopes = this.declared.computeIfAbsent(member,
					(key) -> isOfTheJdk(key) ? NOTHING : DeclaredScopes.of(key));
			if (!scopes.isEmpty()) {
				declarations.add(scopes);
			}
		}
		return new GuardedType(type, declarations);
	}

	private static boolean isOfTheJdk(Class<?> type) {
		return type.getName().startsWith("java.");
	}

	private static Set<Class<?>> hierarchy(Class<?> type) {
		Set<Class<?>> members = new LinkedHashSet<>();
		for (Class<?> current = type; current != null; current = current.getSuperclass()) {
			members.add(current);
			addInterfaces(current, members);
		}
		return members;
	}

	private static void addInterfaces(Class<?> type, Set<Class<?>> members) {
		for (Class<?> candidate : type.getInterfaces()) {
			members.add(candidate);
			addInterfaces(candidate, members);
		}
	}

}
