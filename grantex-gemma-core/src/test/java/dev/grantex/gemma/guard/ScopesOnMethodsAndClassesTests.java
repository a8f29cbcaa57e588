package dev.grantex.gemma.guard;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import org.springframework.core.annotation.AliasFor;

import dev.grantex.gemma.ScopeViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link RequiresScope} on methods and classes, and what inherits it.
 */
class ScopesOnMethodsAndClassesTests extends PlacementFixture {

	@Test
	void methodAnnotationAllowsCallsWithTheScope() {
		try (GuardContext guard = GuardContext.of(MethodTools.class)) {
			assertThat(guard.get(MethodTools.class).read()).isEqualTo("read");
			assertThat(guard.consent.only().action()).isEqualTo("MethodTools.read");
		}
	}

	@Test
	void methodAnnotationDeniesCallsThatLackOneOfTheScopes() {
		try (GuardContext guard = GuardContext.of(MethodTools.class)) {
			assertThatExceptionOfType(ScopeViolationException.class)
				.isThrownBy(guard.get(MethodTools.class)::readAndDrop)
				.satisfies((ex) -> assertThat(ex.missingScopes()).containsExactly("drop"));
		}
	}

	@Test
	void methodWithoutAnnotationIsLeftAlone() {
		try (GuardContext guard = GuardContext.of(MethodTools.class)) {
			guard.get(MethodTools.class).free();
			assertThat(guard.consent.decisions).hasValue(0);
		}
	}

	@Test
	void nonPublicMethodIsGuarded() {
		try (GuardContext guard = GuardContext.of(MethodTools.class)) {
			assertDenied(guard.get(MethodTools.class)::packagePrivate);
			assertDenied(guard.get(MethodTools.class)::protectedMethod);
		}
	}

	@Test
	void classAnnotationCoversInheritedMethods() {
		try (GuardContext guard = new GuardContext().proxyTargetClass().start(ClassTools.class)) {
			assertDenied(guard.get(ClassTools.class)::own);
			assertDenied(guard.get(ClassTools.class)::inherited);
			assertDenied(guard.get(ClassTools.class)::inheritedDefault);
		}
	}

	@Test
	void classAnnotationSparesWhatEveryObjectHas() {
		try (GuardContext guard = new GuardContext().proxyTargetClass().start(ClassTools.class)) {
			ClassTools tools = guard.get(ClassTools.class);
			Set<Object> set = new HashSet<>(List.of(tools));
			assertThat(set).contains(tools);
			assertThat(tools.toString()).isEqualTo("tools");
			assertThat(guard.consent.decisions).hasValue(0);
		}
	}

	@Test
	void methodAnnotationReplacesThatOfItsClass() {
		try (GuardContext guard = new GuardContext().proxyTargetClass().start(ClassTools.class)) {
			assertThatNoException().isThrownBy(guard.get(ClassTools.class)::relaxed);
			assertThat(guard.consent.only().result()).isEqualTo("success");
		}
	}

	@Test
	void subclassInheritsTheAnnotationOfItsClass() {
		try (GuardContext guard = new GuardContext().proxyTargetClass().start(SubTools.class)) {
			assertDenied(guard.get(SubTools.class)::added);
			assertDenied(guard.get(SubTools.class)::own);
		}
	}

	@Test
	void annotationOfASubclassReplacesThatOfItsSuperclass() {
		try (GuardContext guard = new GuardContext().proxyTargetClass().start(RelaxedSubTools.class)) {
			assertThatNoException().isThrownBy(guard.get(RelaxedSubTools.class)::own);
		}
	}

	@Test
	void overridingMethodInheritsTheAnnotation() {
		try (GuardContext guard = GuardContext.of(OverridingTools.class)) {
			assertDenied(guard.get(OverridingTools.class)::readAndDrop);
		}
	}

	@Test
	void overridingMethodReplacesTheAnnotation() {
		try (GuardContext guard = GuardContext.of(ReplacingTools.class)) {
			assertThatNoException().isThrownBy(guard.get(ReplacingTools.class)::readAndDrop);
		}
	}

	@Test
	void overloadsAreToldApart() {
		try (GuardContext guard = GuardContext.of(OverloadedTools.class)) {
			OverloadedTools tools = guard.get(OverloadedTools.class);
			assertDenied(() -> tools.use("text"));
			assertThatNoException().isThrownBy(() -> tools.use(1));
			assertThat(guard.consent.results()).containsExactly("denied");
		}
	}

	@Test
	void metaAnnotationsPassTheirAttributesOn() {
		try (GuardContext guard = GuardContext.of(MetaTools.class)) {
			assertDenied(guard.get(MetaTools.class)::drop);
			assertThat(guard.consent.only().action()).isEqualTo("dropping");
			assertThat(guard.consent.only().metadata()).containsEntry("required_scopes", List.of("drop"));
		}
	}

	@Test
	void metaAnnotationOnAClassIsFound() {
		try (GuardContext guard = GuardContext.of(MetaClassTools.class)) {
			assertDenied(guard.get(MetaClassTools.class)::any);
		}
	}

	static class ReplacingTools extends MethodTools {

		@Override
		@RequiresScope("read")
		public void readAndDrop() {
		}

	}

	static class SubTools extends ClassTools {

		public void added() {
		}

	}

	@RequiresScope("write")
	static class RelaxedSubTools extends ClassTools {

	}

	static class OverloadedTools {

		@RequiresScope("drop")
		public void use(String value) {
			throw new AssertionError("must not run");
		}

		public void use(Integer value) {
		}

	}

	@Target({ ElementType.TYPE, ElementType.METHOD })
	@Retention(RetentionPolicy.RUNTIME)
	@RequiresScope(value = "read", action = "unnamed")
	@interface Needs {

		@AliasFor(annotation = RequiresScope.class, attribute = "value")
		String[] scopes();

		@AliasFor(annotation = RequiresScope.class)
		String action() default "";

	}

	static class MetaTools {

		@Needs(scopes = "drop", action = "dropping")
		public void drop() {
			throw new AssertionError("must not run");
		}

	}

	@Needs(scopes = "drop")
	static class MetaClassTools {

		public void any() {
			throw new AssertionError("must not run");
		}

	}

}
