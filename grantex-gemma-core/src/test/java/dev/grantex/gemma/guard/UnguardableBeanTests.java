package dev.grantex.gemma.guard;

import java.util.List;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.test.tools.SourceFile;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.util.ClassUtils;

import dev.grantex.gemma.guard.elsewhere.PackagePrivateTools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for annotated beans that no guard can reach: each fails the start.
 */
class UnguardableBeanTests {

	@Test
	void beanThatWasCreatedTooEarlyFailsTheStart() {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(), EarlyConfiguration.class);
		assertThat(failure.beanName()).isEqualTo("earlyTools");
		assertThat(failure.problem()).contains("not behind a proxy");
	}

	@Test
	void beanThatWasRegisteredByHandFailsTheStart() {
		GuardContext guard = new GuardContext();
		guard.context.getBeanFactory().registerSingleton("byHand", new Tools());
		UnguardableBeanException failure = FailedStart.failureOf(guard);
		assertThat(failure.beanName()).isEqualTo("byHand");
	}

	@Test
	void proxyThatHidesTheAnnotationsOfItsTargetFailsTheStart() {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(), HidingProxyConfiguration.class);
		assertThat(failure.problem()).contains("not behind a proxy");
	}

	@Test
	void proxyThatHidesSomeAnnotationsOfItsTargetFailsTheStart() {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(),
				PartlyHidingProxyConfiguration.class);
		assertThat(failure.problem()).contains("another proxy hides");
	}

	@Test
	void methodThatOnlyAnotherPackageSeesFailsTheStart() {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(), ElsewhereTools.class);
		assertThat(failure.problem()).contains("another package");
	}

	@Test
	void annotatedFactoryMethodFailsTheStart() {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(), AnnotatedFactoryMethod.class);
		assertThat(failure.problem()).contains("makes a bean");
	}

	@Test
	void contextWithoutAutoProxiesFailsTheStart() {
		GuardContext guard = new GuardContext();
		guard.context.addBeanFactoryPostProcessor((factory) -> guard.context
			.removeBeanDefinition("org.springframework.aop.config.internalAutoProxyCreator"));
		assertThat(FailedStart.failureOf(guard, Tools.class).problem()).contains("not behind a proxy");
	}

	@Test
	void whatKotlinMadeFinalIsOpenedByAPlugin() {
		SourceFile mark = SourceFile.of("package kotlin; @java.lang.annotation.Retention("
				+ "java.lang.annotation.RetentionPolicy.RUNTIME) public @interface Metadata { }");
		for (String source : List.of("public final class Tools { %s public void act() { } }",
				"public class Tools { %s public final void act() { } }")) {
			SourceFile tools = SourceFile
				.of("@kotlin.Metadata " + source.formatted("@" + RequiresScope.class.getName() + "(\"read\")"));
			TestCompiler.forSystem().withSources(mark, tools).compile((compiled) -> {
				GuardContext guard = new GuardContext();
				guard.context.setClassLoader(compiled.getClassLoader());
				UnguardableBeanException failure = FailedStart.failureOf(guard,
						ClassUtils.resolveClassName("Tools", compiled.getClassLoader()));
				assertThat(failure.problem()).contains("is final");
				assertThat(failure.remedy()).contains("kotlin-spring", "open");
			});
		}
	}

	@Test
	void unannotatedFinalAndPrivateMembersAreNobodysBusiness() {
		assertThatNoException().isThrownBy(() -> GuardContext.of(Harmless.class, FinalHarmless.class).close());
	}

	static class Tools {

		@RequiresScope("read")
		public void act() {
		}

	}

	static class Harmless {

		@RequiresScope("read")
		public void act() {
		}

		public final void free() {
		}

		private void hidden() {
		}

	}

	static final class FinalHarmless {

	}

	static class EagerPostProcessor implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyConfiguration {

		@Bean
		static Tools earlyTools() {
			return new Tools();
		}

		@Bean
		static EagerPostProcessor eager(Tools tools) {
			return new EagerPostProcessor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnnotatedFactoryMethod {

		@Bean
		@RequiresScope("read")
		Object product() {
			return new Object();
		}

	}

	static class ElsewhereTools extends PackagePrivateTools {

	}

	interface Partly {

		@RequiresScope("read")
		void seen();

		void hidden();

	}

	static class PartlyTools implements Partly, Callable<String> {

		@Override
		public void seen() {
		}

		@Override
		@RequiresScope("write")
		public void hidden() {
		}

		@Override
		@RequiresScope("write")
		public String call() {
			return "called";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HidingProxyConfiguration {

		@Bean
		Callable<?> hiding() {
			ProxyFactory factory = new ProxyFactory(new PartlyTools());
			factory.setInterfaces(Callable.class);
			return (Callable<?>) factory.getProxy();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PartlyHidingProxyConfiguration {

		@Bean
		Partly hiding() {
			ProxyFactory factory = new ProxyFactory(new PartlyTools());
			factory.setInterfaces(Partly.class);
			return (Partly) factory.getProxy();
		}

	}

}
