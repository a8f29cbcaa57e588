package dev.grantex.gemma.guard;

import java.util.stream.Stream;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinitionCustomizer;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for annotated methods that the container calls on the object itself, where no
 * guard sees it: each fails the start, before it is called.
 */
class ContainerCallbackTests {

	private static final String PROBLEM = "the container calls it on the object itself";

	static Stream<Class<?>> callbacks() {
		return Stream.of(Initialized.class, InheritsInitialized.class, OverridesInitialized.class,
				OverridesDefault.class, Destroyed.class, Injected.class, InjectedValue.class, InjectedResource.class,
				AfterProperties.class, Disposable.class, Closeable.class, NameAware.class, InheritsAware.class,
				MadeByMethods.class, MadeWithShutdown.class);
	}

	@ParameterizedTest
	@MethodSource("callbacks")
	void failsTheStart(Class<?> bean) {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(), bean);
		assertThat(failure.problem()).contains(PROBLEM);
		assertThat(failure.remedy()).contains("called through the bean");
	}

	@Test
	void lifecycleMethodsAreThoseOfTheDefinition() {
		assertRefused((definition) -> definition.setInitMethodName("act"));
		assertRefused((definition) -> definition.setDestroyMethodName("act"));
		assertThatNoException().isThrownBy(() -> GuardContext.of(Plain.class).close());
	}

	@Test
	void settersThatTheContainerFillsAreRefused() {
		assertRefused((definition) -> definition.getPropertyValues().add("name", "Ada"));
		assertRefused((definition) -> ((AbstractBeanDefinition) definition)
			.setAutowireMode(AutowireCapableBeanFactory.AUTOWIRE_BY_NAME));
		assertThat(FailedStart.failureOf(new GuardContext(), Bound.class).problem()).contains(PROBLEM);
	}

	@Test
	void callbacksOfAnAnnotatedClassAreNobodysBusiness() {
		assertThatNoException().isThrownBy(() -> GuardContext.of(AnnotatedClass.class).close());
	}

	private static void assertRefused(BeanDefinitionCustomizer customizer) {
		GuardContext guard = new GuardContext();
		guard.context.registerBean("plain", Plain.class, customizer);
		UnguardableBeanException failure = FailedStart.failureOf(guard);
		assertThat(failure.beanName()).isEqualTo("plain");
		assertThat(failure.problem()).contains(PROBLEM);
	}

	static class Initialized {

		@PostConstruct
		@RequiresScope("read")
		public void act() {
			throw new AssertionError("must not run");
		}

	}

	static class InheritsInitialized extends Initialized {

	}

	static class OverridesInitialized extends Initialized {

		@Override
		public void act() {
			throw new AssertionError("must not run");
		}

	}

	interface InitializedByDefault {

		@PostConstruct
		default void act() {
		}

	}

	static class OverridesDefault implements InitializedByDefault {

		@Override
		@RequiresScope("read")
		public void act() {
			throw new AssertionError("must not run");
		}

	}

	static class Destroyed {

		@PreDestroy
		@RequiresScope("read")
		public void act() {
			throw new AssertionError("must not run");
		}

	}

	static class Injected {

		@Autowired
		@RequiresScope("read")
		public void act(Environment environment) {
			throw new AssertionError("must not run");
		}

	}

	static class InjectedValue {

		@Value("Ada")
		@RequiresScope("read")
		public void act(String name) {
			throw new AssertionError("must not run");
		}

	}

	static class InjectedResource {

		@Resource
		@RequiresScope("read")
		public void setEnvironment(Environment environment) {
			throw new AssertionError("must not run");
		}

	}

	static class AfterProperties implements InitializingBean {

		@Override
		@RequiresScope("read")
		public void afterPropertiesSet() {
			throw new AssertionError("must not run");
		}

	}

	static class Disposable implements DisposableBean {

		@Override
		@RequiresScope("read")
		public void destroy() {
			throw new AssertionError("must not run");
		}

	}

	static class Closeable implements AutoCloseable {

		@Override
		@RequiresScope("read")
		public void close() {
			throw new AssertionError("must not run");
		}

	}

	static class NameAware implements BeanNameAware {

		@Override
		@RequiresScope("read")
		public void setBeanName(String name) {
			throw new AssertionError("must not run");
		}

	}

	static class WithEnvironment {

		@RequiresScope("read")
		public void setEnvironment(Environment environment) {
			throw new AssertionError("must not run");
		}

	}

	static class InheritsAware extends WithEnvironment implements EnvironmentAware {

	}

	static class Plain {

		@RequiresScope("read")
		public void act() {
			throw new AssertionError("must not run");
		}

		@RequiresScope("read")
		public void setName(String name) {
			throw new AssertionError("must not run");
		}

	}

	@ConfigurationProperties("plain")
	static class Bound extends Plain {

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeByMethods {

		@Bean(initMethod = "act")
		Plain plain() {
			return new Plain();
		}

	}

	static class WithShutdown {

		@RequiresScope("read")
		public void shutdown() {
			throw new AssertionError("must not run");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeWithShutdown {

		@Bean
		WithShutdown withShutdown() {
			return new WithShutdown();
		}

	}

	@RequiresScope("read")
	static class AnnotatedClass implements InitializingBean, BeanNameAware, AutoCloseable {

		@PostConstruct
		public void initialize() {
		}

		@Override
		public void setBeanName(String name) {
		}

		@Override
		public void afterPropertiesSet() {
		}

		@Override
		public void close() {
		}

	}

}
