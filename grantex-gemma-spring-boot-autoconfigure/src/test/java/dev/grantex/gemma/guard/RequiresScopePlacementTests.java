package dev.grantex.gemma.guard;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.ProxyFactoryBean;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.AliasFor;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.ScopeViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for where {@link RequiresScope} may stand and what it covers there.
 */
class RequiresScopePlacementTests {

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
	void interfaceAnnotationsHoldForInterfaceProxies() {
		try (GuardContext guard = GuardContext.of(DefaultContacts.class)) {
			Contacts contacts = guard.get(Contacts.class);
			assertThat(AopUtils.isJdkDynamicProxy(contacts)).isTrue();
			assertDenied(contacts::delete);
			assertThatNoException().isThrownBy(contacts::search);
			assertThat(guard.consent.entries.get(1).action()).isEqualTo("DefaultContacts.search");
		}
	}

	@Test
	void interfaceAnnotationsHoldForClassProxies() {
		try (GuardContext guard = new GuardContext().proxyTargetClass().start(DefaultContacts.class)) {
			DefaultContacts contacts = guard.get(DefaultContacts.class);
			assertThat(AopUtils.isCglibProxy(contacts)).isTrue();
			assertDenied(contacts::delete);
			assertDenied(contacts::beyondTheInterface);
		}
	}

	@Test
	void targetAnnotationsHoldForInterfaceProxies() {
		try (GuardContext guard = GuardContext.of(AnnotatedRunner.class)) {
			Runnable runner = guard.get(Runnable.class);
			assertThat(AopUtils.isJdkDynamicProxy(runner)).isTrue();
			assertDenied(runner::run);
		}
	}

	@Test
	void nearerInterfaceReplacesTheFartherOne() {
		try (GuardContext guard = GuardContext.of(NarrowedContacts.class)) {
			assertThatNoException().isThrownBy(guard.get(Contacts.class)::delete);
		}
	}

	@Test
	void genericMethodIsFoundThroughItsBridge() {
		try (GuardContext guard = new GuardContext().proxyTargetClass().start(TextTool.class)) {
			GenericTool<String> tool = guard.get(TextTool.class);
			assertDenied(() -> tool.use("text"));
		}
	}

	@Test
	void genericMethodIsFoundThroughItsInterface() {
		try (GuardContext guard = GuardContext.of(TextTool.class)) {
			@SuppressWarnings("unchecked")
			GenericTool<String> tool = guard.get(GenericTool.class);
			assertThat(AopUtils.isJdkDynamicProxy(tool)).isTrue();
			assertDenied(() -> tool.use("text"));
		}
	}

	@Test
	void annotationOnTheImplementationOfAGenericMethodIsFound() {
		try (GuardContext guard = GuardContext.of(NumberTool.class)) {
			@SuppressWarnings("unchecked")
			GenericTool<Integer> tool = guard.get(GenericTool.class);
			assertThatNoException().isThrownBy(() -> tool.use(1));
			assertThat(guard.consent.only().result()).isEqualTo("success");
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

	@Test
	void equalRequirementsFromTwoInterfacesDoNotCompete() {
		try (GuardContext guard = GuardContext.of(AgreeingTools.class)) {
			assertDenied(guard.get(Left.class)::act);
		}
	}

	@Test
	void productsOfFactoriesAreGuarded() {
		try (GuardContext guard = new GuardContext().proxyTargetClass().start(FactoryConfiguration.class)) {
			assertDenied(guard.get(ClassTools.class)::own);
			assertDenied(guard.get(MethodTools.class)::readAndDrop);
		}
	}

	@Test
	void objectsMadeFromInterfacesAtRunTimeAreGuarded() {
		try (GuardContext guard = GuardContext.of(RunTimeConfiguration.class)) {
			assertDenied(guard.get(Contacts.class)::delete);
			assertThat(guard.consent.only().action()).isEqualTo("Contacts.delete");
			assertDenied(guard.get(Left.class)::act);
		}
	}

	@Test
	void lazyPrototypeAndScopedBeansAreGuarded() {
		try (GuardContext guard = GuardContext.of(LazyTools.class, PrototypeTools.class, ScopedTools.class)) {
			assertDenied(guard.get(LazyTools.class)::drop);
			assertDenied(guard.get(PrototypeTools.class)::drop);
			assertDenied(guard.get(ScopedTools.class)::drop);
		}
	}

	@Test
	void beansThatAreReferredToEarlyAreGuarded() {
		GuardContext guard = new GuardContext();
		guard.context.setAllowCircularReferences(true);
		try (guard) {
			guard.start(CircularTools.class, CircularHelper.class);
			assertDenied(guard.get(CircularHelper.class).tools::drop);
			assertDenied(guard.get(CircularTools.class)::drop);
		}
	}

	@Test
	void beansThatAreProxiesByThemselvesAreGuarded() {
		try (GuardContext guard = new GuardContext().proxyTargetClass().start(OwnProxyConfiguration.class)) {
			assertDenied(guard.get(DroppingTools.class)::drop);
			assertDenied(guard.get(Contacts.class)::delete);
		}
	}

	@Test
	void adviceThatFindsNoAnnotationDenies() {
		try (GuardContext guard = GuardContext.of()) {
			ProxyFactory factory = new ProxyFactory(new Unannotated());
			factory.setProxyTargetClass(true);
			factory.addAdvice(guard.get(RequiresScopeAdvisor.class).getAdvice());
			Unannotated proxy = (Unannotated) factory.getProxy();
			assertThatExceptionOfType(CallDeniedException.class).isThrownBy(proxy::act)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("unguarded"));
			assertThat(guard.denials).containsExactly(new CallDenied("Unannotated.act", "unguarded", false));
		}
	}

	@Test
	void guardStandsInsidePreAuthorizeAndOutsideTransactions() {
		assertThat(new RequiresScopeAdvisor(() -> null).getOrder()).isEqualTo(425);
		assertThat(new RequiresScopeAdvisor(() -> null, 7).getOrder()).isEqualTo(7);
	}

	private static void assertDenied(ThrowingCallable call) {
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.missingScopes()).containsExactly("drop"));
	}

	static class MethodTools {

		@RequiresScope("read")
		public String read() {
			return "read";
		}

		@RequiresScope({ "read", "drop" })
		public void readAndDrop() {
			throw new AssertionError("must not run");
		}

		@RequiresScope("drop")
		void packagePrivate() {
			throw new AssertionError("must not run");
		}

		@RequiresScope("drop")
		protected void protectedMethod() {
			throw new AssertionError("must not run");
		}

		public void free() {
		}

	}

	static class OverridingTools extends MethodTools {

		@Override
		public void readAndDrop() {
			throw new AssertionError("must not run");
		}

	}

	static class ReplacingTools extends MethodTools {

		@Override
		@RequiresScope("read")
		public void readAndDrop() {
		}

	}

	interface WithDefault {

		default void inheritedDefault() {
			throw new AssertionError("must not run");
		}

	}

	static class Base implements WithDefault {

		public void inherited() {
			throw new AssertionError("must not run");
		}

	}

	@RequiresScope("drop")
	static class ClassTools extends Base {

		public void own() {
		}

		@RequiresScope("read")
		public void relaxed() {
		}

		@Override
		public boolean equals(Object other) {
			return this == other || other instanceof ClassTools;
		}

		@Override
		public int hashCode() {
			return 1;
		}

		@Override
		public String toString() {
			return "tools";
		}

	}

	static class SubTools extends ClassTools {

		public void added() {
		}

	}

	@RequiresScope("write")
	static class RelaxedSubTools extends ClassTools {

	}

	@RequiresScope("drop")
	interface Contacts {

		void delete();

		@RequiresScope("read")
		void search();

	}

	static class DefaultContacts implements Contacts {

		@Override
		public void delete() {
			throw new AssertionError("must not run");
		}

		@Override
		public void search() {
		}

		public void beyondTheInterface() {
			throw new AssertionError("must not run");
		}

	}

	interface ReadableContacts extends Contacts {

		@Override
		@RequiresScope("read")
		void delete();

	}

	static class NarrowedContacts extends DefaultContacts implements ReadableContacts {

		@Override
		public void delete() {
		}

	}

	static class AnnotatedRunner implements Runnable {

		@Override
		@RequiresScope("drop")
		public void run() {
			throw new AssertionError("must not run");
		}

	}

	interface GenericTool<T> {

		@RequiresScope("drop")
		void use(T value);

	}

	static class TextTool implements GenericTool<String> {

		@Override
		public void use(String value) {
			throw new AssertionError("must not run");
		}

	}

	static class NumberTool implements GenericTool<Integer> {

		@Override
		@RequiresScope("read")
		public void use(Integer value) {
		}

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

	interface Left {

		@RequiresScope("drop")
		void act();

	}

	interface Right {

		@RequiresScope("drop")
		void act();

	}

	static class AgreeingTools implements Left, Right {

		@Override
		public void act() {
			throw new AssertionError("must not run");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryConfiguration {

		@Bean
		static FactoryBean<ClassTools> tools() {
			return new FactoryBean<>() {

				@Override
				public ClassTools getObject() {
					return new ClassTools();
				}

				@Override
				public Class<?> getObjectType() {
					return ClassTools.class;
				}

			};
		}

		@Bean
		MethodTools methodTools() {
			return new OverridingTools();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RunTimeConfiguration {

		@Bean
		Contacts contacts() {
			return (Contacts) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Contacts.class },
					(proxy, method, arguments) -> {
						throw new AssertionError("must not run");
					});
		}

		@Bean
		Left lambda() {
			return () -> {
				throw new AssertionError("must not run");
			};
		}

	}

	static class DroppingTools {

		@RequiresScope("drop")
		public void drop() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnProxyConfiguration {

		@Bean
		DroppingTools classProxy() {
			ProxyFactory factory = new ProxyFactory(new DroppingTools());
			factory.setProxyTargetClass(true);
			return (DroppingTools) factory.getProxy();
		}

		@Bean
		ProxyFactoryBean interfaceProxy() throws ClassNotFoundException {
			ProxyFactoryBean factory = new ProxyFactoryBean();
			factory.setProxyInterfaces(new Class<?>[] { Contacts.class });
			factory.setTarget(new DefaultContacts());
			return factory;
		}

	}

	@Lazy
	static class LazyTools extends DroppingTools {

	}

	@Scope("prototype")
	static class PrototypeTools extends DroppingTools {

	}

	@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class ScopedTools extends DroppingTools {

	}

	static class CircularTools extends DroppingTools {

		@Autowired
		CircularHelper helper;

	}

	static class CircularHelper {

		@Autowired
		CircularTools tools;

	}

	static class Unannotated {

		public void act() {
			throw new AssertionError("must not run");
		}

	}

}
