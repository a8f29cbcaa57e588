package dev.grantex.gemma.guard;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * A place in the source where scopes are asked for.
 *
 * @param source the type that bears the annotation or declares the method that does
 * @param method the annotated method, or {@code null} if the type itself is annotated
 * @param requirement what is asked for
 */
record ScopeDeclaration(Class<?> source, @Nullable Method method, ScopeRequirement requirement) {

	/**
	 * Whether another declaration stands on a subtype and so replaces this one.
	 */
	boolean isReplacedBy(ScopeDeclaration other) {
		return this.source != other.source && this.source.isAssignableFrom(other.source);
	}

}
