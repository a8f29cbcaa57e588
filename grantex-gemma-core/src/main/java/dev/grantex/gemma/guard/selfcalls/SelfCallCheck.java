package dev.grantex.gemma.guard.selfcalls;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.springframework.asm.Type;
import org.springframework.util.ReflectionUtils;

import dev.grantex.gemma.guard.ContainerCallbacks;
import dev.grantex.gemma.guard.GuardFault;
import dev.grantex.gemma.guard.GuardedMethod;
import dev.grantex.gemma.guard.GuardedType;

/**
 * Finds guarded methods that their own bean calls where no guard sees it, by reading the
 * bean's class files. Such a call is all right where the caller is guarded at least as
 * well.
 */
public final class SelfCallCheck {

	private final ClassFiles files = new ClassFiles();

	private final boolean recordIntent;

	/**
	 * Creates a check.
	 * @param recordIntent whether an entry is written before a call where the annotation
	 * does not say
	 */
	public SelfCallCheck(boolean recordIntent) {
		this.recordIntent = recordIntent;
	}

	/**
	 * Names of classes that could not be checked, each once.
	 */
	public Set<String> takeUnreadable() {
		return this.files.takeUnreadable();
	}

	/**
	 * The calls of one bean class that pass the guard by.
	 * @param type the class
	 * @param hierarchy the class, its superclasses and interfaces, in this order
	 * @param guarded what is guarded of it
	 */
	public List<GuardFault> faults(Class<?> type, Collection<Class<?>> hierarchy, GuardedType guarded) {
		BeanClassFiles classes = new BeanClassFiles(type, hierarchy, this.files);
		SelfCalls calls = new SelfCalls(guarded, classes);
		List<GuardFault> faults = new ArrayList<>();
		for (Method method : callers(type, guarded)) {
			calls.from(Type.getInternalName(method.getDeclaringClass()), BeanClassFiles.signature(method), method)
				.stream()
				.filter((called) -> !isAllowed(method, type, guarded, called))
				.forEach((called) -> faults.add(fault(method, type, called)));
		}
		for (Constructor<?> constructor : type.getDeclaredConstructors()) {
			calls.from(Type.getInternalName(type), "<init>" + Type.getConstructorDescriptor(constructor), null)
				.stream()
				.filter(GuardedMethod::isAnnotated)
				.forEach((called) -> faults.add(fault("the constructor", called)));
		}
		addNested(classes, calls, faults);
		return faults;
	}

	/**
	 * Objects of nested classes that nobody in sight makes are called by somebody
	 * unknown.
	 */
	private void addNested(BeanClassFiles classes, SelfCalls calls, List<GuardFault> faults) {
		Map<String, ClassFile> family = new TreeMap<>();
		classes.hierarchy().forEach((type) -> addFamily(Type.getInternalName(type), classes, family));
		for (ClassFile file : family.values()) {
			boolean unknown = !classes.isOfBean(file.name()) && file.isInner() && !file.isContinuation()
					&& !calls.isMade(file.name())
					&& family.values().stream().noneMatch((other) -> other.makes(file.name()));
			if (unknown) {
				file.methods().forEach((signature, code) -> {
					if (SelfCalls.isOpen(code) && !isOfEveryObject(signature)) {
						String name = file.name().substring(file.name().lastIndexOf('$') + 1) + "." + code.name();
						calls.fromNested(file.name(), signature).forEach((called) -> faults.add(fault(name, called)));
					}
				});
			}
		}
	}

	private static void addFamily(String name, BeanClassFiles classes, Map<String, ClassFile> family) {
		if (!family.containsKey(name)) {
			classes.find(name).ifPresent((file) -> {
				family.put(name, file);
				file.nested().forEach((nested) -> addFamily(nested, classes, family));
			});
		}
	}

	/**
	 * All methods of the bean that others can call, the container among them.
	 */
	private static Set<Method> callers(Class<?> type, GuardedType guarded) {
		Set<Method> callers = new LinkedHashSet<>(
				guarded.methods().filter((method) -> !isOfEveryObject(method)).toList());
		for (Class<?> member = type; member != null && member != Object.class; member = member.getSuperclass()) {
			Stream.of(ReflectionUtils.getDeclaredMethods(member))
				.filter((method) -> Modifier.isPrivate(method.getModifiers())
						&& ContainerCallbacks.isCallback(method, type))
				.forEach(callers::add);
		}
		return callers;
	}

	private boolean isAllowed(Method caller, Class<?> type, GuardedType guarded, GuardedMethod called) {
		if (ContainerCallbacks.isCallback(caller, type)) {
			return !called.isAnnotated();
		}
		GuardedMethod calling = Modifier.isPrivate(caller.getModifiers()) ? null : guarded.find(caller).method();
		return calling != null && isAsStrict(calling, called);
	}

	private boolean isAsStrict(GuardedMethod calling, GuardedMethod called) {
		return calling.requirement().scopes().containsAll(called.requirement().scopes())
				&& (calling.recordsIntent(this.recordIntent) || !called.recordsIntent(this.recordIntent));
	}

	private static boolean isOfEveryObject(Method method) {
		return isOfEveryObject(BeanClassFiles.signature(method));
	}

	private static boolean isOfEveryObject(String signature) {
		return Arrays
			.asList("toString()Ljava/lang/String;", "equals(Ljava/lang/Object;)Z", "hashCode()I", "finalize()V")
			.contains(signature);
	}

	private static GuardFault fault(Method caller, Class<?> type, GuardedMethod called) {
		String name = GuardedMethod.nameOf(caller, type);
		return ContainerCallbacks.isCallback(caller, type) ? fault(name, called)
				: fault(name, called, "and is not itself guarded by the same scopes and record-intent",
						", or annotate " + name + " with at least the same scopes");
	}

	/**
	 * The fault of a caller that nothing can guard.
	 */
	private static GuardFault fault(String caller, GuardedMethod called) {
		return fault(caller, called, "and cannot be guarded itself", "");
	}

	private static GuardFault fault(String caller, GuardedMethod called, String reason, String otherRemedy) {
		return new GuardFault(called.name(),
				caller + " calls it on the same object, where the guard does not see it, " + reason,
				"Call it through the bean (injected into itself, or from another bean)" + otherRemedy + ".");
	}

}
