package dev.grantex.gemma.guard;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * A method of a bean that may only be called under a grant.
 */
public final class GuardedMethod {

	private final ScopeRequirement requirement;

	private final String name;

	private final Class<?> returnType;

	private final boolean annotated;

	private final @Nullable MetadataExpression metadata;

	private GuardedMethod(ScopeRequirement requirement, String name, Method method, Class<?> returnType,
			boolean annotated) {
		this.requirement = requirement;
		this.name = name;
		this.returnType = returnType;
		this.annotated = annotated;
		this.metadata = requirement.metadata().isBlank() ? null : MetadataExpression.parse(requirement.metadata(),
				new DefaultParameterNameDiscoverer().getParameterNames(method));
	}

	/**
	 * Describes a method.
	 * @param method the method
	 * @param type the class of the bean
	 * @param declaration where its scopes were asked for
	 * @return the description, with the default action if none is declared
	 */
	static GuardedMethod of(Method method, Class<?> type, ScopeDeclaration declaration) {
		String name = nameOf(method, type);
		ScopeRequirement requirement = declaration.requirement();
		if (requirement.action().isBlank()) {
			String tool = ToolNames.of(method);
			requirement = requirement.withAction((tool != null) ? "tool:" + tool : name);
		}
		return new GuardedMethod(requirement, name, method, returnType(method, type).toClass(),
				declaration.method() != null);
	}

	/**
	 * What a method returns to its callers, with type variables resolved as far as the
	 * bean's class tells.
	 */
	static ResolvableType returnType(Method method, Class<?> type) {
		return SuspendingMethod.is(method) ? SuspendingMethod.returnType(method, type)
				: ResolvableType.forMethodReturnType(method, type);
	}

	/**
	 * The method as {@code Type.method}. A class that was made at run time lends its name
	 * to nobody: there it is the interface's.
	 */
	public static String nameOf(Method method, Class<?> type) {
		Class<?> named = (RequirementResolver.isSynthesized(type) && type.getInterfaces().length > 0)
				? RequirementResolver.declaringInterface(method, type) : type;
		return nameOf(named) + "." + method.getName();
	}

	/**
	 * A type's name for people: without package, also where it has no simple name.
	 */
	static String nameOf(Class<?> type) {
		String name = type.getSimpleName();
		return name.isEmpty() ? ClassUtils.getShortName(type) : name;
	}

	public ScopeRequirement requirement() {
		return this.requirement;
	}

	String action() {
		return this.requirement.action();
	}

	public String name() {
		return this.name;
	}

	/**
	 * The class of what the method returns to its callers.
	 */
	Class<?> returnType() {
		return this.returnType;
	}

	/**
	 * Whether the method itself is annotated, here or where it is first declared, and not
	 * only its class.
	 */
	public boolean isAnnotated() {
		return this.annotated;
	}

	/**
	 * Whether an entry is written before a call.
	 * @param byDefault whether one is where the annotation does not say
	 */
	public boolean recordsIntent(boolean byDefault) {
		RecordIntent intent = this.requirement.recordIntent();
		return intent == RecordIntent.ALWAYS || (intent == RecordIntent.DEFAULT && byDefault);
	}

	/**
	 * The metadata that the application asks for, if it does.
	 */
	@Nullable MetadataExpression metadata() {
		return this.metadata;
	}

}
