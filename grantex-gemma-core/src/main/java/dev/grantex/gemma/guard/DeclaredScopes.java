package dev.grantex.gemma.guard;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.annotation.RepeatableContainers;
import org.springframework.expression.ParseException;
import org.springframework.util.ReflectionUtils;

/**
 * What one type of a hierarchy asks for by itself: its own annotations and those of the
 * methods it declares, directly or through annotations of annotations.
 *
 * @param declarations what can be enforced
 * @param faults what cannot be
 */
record DeclaredScopes(List<ScopeDeclaration> declarations, List<GuardFault> faults) {

	DeclaredScopes {
		declarations = List.copyOf(declarations);
		faults = List.copyOf(faults);
	}

	static DeclaredScopes of(Class<?> type) {
		Collector collector = new Collector(type);
		collector.collect(type, null);
		for (Method method : ReflectionUtils.getDeclaredMethods(type)) {
			if (method.getDeclaredAnnotations().length > 0 && !isCompanion(method)) {
				collector.collect(method, method);
			}
		}
		return new DeclaredScopes(collector.declarations, collector.faults);
	}

	/**
	 * Whether a method is one to which Kotlin's compiler moved the body of another, with
	 * its annotations.
	 */
	private static boolean isCompanion(Method method) {
		return method.isSynthetic() && Modifier.isStatic(method.getModifiers())
				&& (method.getName().endsWith("$suspendImpl") || method.getName().endsWith("$default"));
	}

	boolean isEmpty() {
		return this.declarations.isEmpty() && this.faults.isEmpty();
	}

	private static final class Collector {

		private final List<ScopeDeclaration> declarations = new ArrayList<>();

		private final List<GuardFault> faults = new ArrayList<>();

		private final Class<?> type;

		private Collector(Class<?> type) {
			this.type = type;
		}

		private void collect(AnnotatedElement element, @Nullable Method method) {
			MergedAnnotations.from(element, SearchStrategy.DIRECT, RepeatableContainers.none())
				.stream(RequiresScope.class)
				.forEach((annotation) -> add(annotation, method));
		}

		private void add(MergedAnnotation<RequiresScope> annotation, @Nullable Method method) {
			String name = GuardedMethod.nameOf(this.type) + ((method != null) ? "." + method.getName() : "");
			if (method != null && Modifier.isStatic(method.getModifiers())) {
				this.faults
					.add(new GuardFault(name, "the method is static", "Make it an instance method of the bean."));
				return;
			}
			if (method != null && Modifier.isPrivate(method.getModifiers())) {
				this.faults.add(new GuardFault(name, "the method is private", "Make it public."));
				return;
			}
			try {
				ScopeRequirement requirement = new ScopeRequirement(List.of(annotation.getStringArray("value")),
						annotation.getString("action"), annotation.getString("metadata"),
						annotation.getEnum("recordIntent", RecordIntent.class));
				if (!requirement.metadata().isBlank()) {
					MetadataExpression.parse(requirement.metadata(), null);
				}
				this.declarations.add(new ScopeDeclaration(this.type, method, requirement));
			}
			catch (IllegalArgumentException ex) {
				this.faults
					.add(new GuardFault(name, String.valueOf(ex.getMessage()), "Name the scopes that the call needs."));
			}
			catch (ParseException ex) {
				this.faults.add(new GuardFault(name,
						"the metadata expression \"" + annotation.getString("metadata") + "\" does not parse",
						"Write a SpEL map such as {'room': #room}."));
			}
		}

	}

}
