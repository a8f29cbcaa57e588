package dev.grantex.gemma.guard.selfcalls;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;
import org.springframework.util.ReflectionUtils;

import dev.grantex.gemma.guard.RequirementResolver;

/**
 * The files of one bean's class, of its superclasses and interfaces, and of the classes
 * nested in any of them; those of the JDK are left out. Classes go by their internal
 * names.
 */
final class BeanClassFiles {

	private final Class<?> type;

	private final ClassFiles files;

	private final Map<String, Class<?>> hierarchy = new LinkedHashMap<>();

	private final Map<String, Method> methods = new HashMap<>();

	BeanClassFiles(Class<?> type, Collection<Class<?>> hierarchy, ClassFiles files) {
		this.type = type;
		this.files = files;
		for (Class<?> member : hierarchy) {
			if (!isOfTheJdk(member) && !RequirementResolver.isSynthesized(member)) {
				this.hierarchy.put(Type.getInternalName(member), member);
			}
			for (Method method : ReflectionUtils.getDeclaredMethods(member)) {
				if ((method.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE)) == 0) {
					this.methods.putIfAbsent(signature(method), method);
				}
			}
		}
	}

	static String signature(Method method) {
		return method.getName() + Type.getMethodDescriptor(method);
	}

	Class<?> type() {
		return this.type;
	}

	/**
	 * The names of the bean's class and all above it.
	 */
	Collection<Class<?>> hierarchy() {
		return this.hierarchy.values();
	}

	/**
	 * Whether a class is the bean's own or one above it.
	 */
	boolean isOfBean(String name) {
		return this.hierarchy.containsKey(name);
	}

	/**
	 * The method that a call on the bean runs.
	 */
	@Nullable Method method(String signature) {
		return this.methods.get(signature);
	}

	/**
	 * The file of a class that belongs to the bean.
	 */
	Optional<ClassFile> find(String name) {
		Class<?> home = this.hierarchy.get(name);
		if (home == null) {
			home = this.hierarchy.entrySet()
				.stream()
				.filter((entry) -> name.startsWith(entry.getKey() + "$"))
				.map(Map.Entry::getValue)
				.findFirst()
				.orElse(null);
		}
		return (home != null) ? this.files.find(name, home.getClassLoader()) : Optional.empty();
	}

	/**
	 * Counts a class among those that cannot be read.
	 */
	void reject(String name) {
		this.files.reject(name);
	}

	/**
	 * The class that declares a method with a body.
	 * @param owner where to look first
	 * @param signature the method's name and descriptor
	 * @param inherited whether to look further in superclasses and interfaces
	 */
	Optional<String> declaring(String owner, String signature, boolean inherited) {
		if (has(owner, signature) || !inherited) {
			return isOfBean(owner) && has(owner, signature) ? Optional.of(owner) : Optional.empty();
		}
		Class<?> start = this.hierarchy.get(owner);
		return this.hierarchy.entrySet()
			.stream()
			.filter((entry) -> start != null && entry.getValue().isAssignableFrom(start))
			.map(Map.Entry::getKey)
			.filter((candidate) -> has(candidate, signature))
			.findFirst();
	}

	private boolean has(String owner, String signature) {
		return find(owner).map((file) -> file.methods().get(signature))
			.filter((code) -> !code.is(Opcodes.ACC_ABSTRACT))
			.isPresent();
	}

	private static boolean isOfTheJdk(Class<?> type) {
		return type.getClassLoader() == null || type.getClassLoader() == ClassLoader.getPlatformClassLoader();
	}

}
