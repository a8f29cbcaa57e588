package dev.grantex.gemma.guard;

import java.lang.reflect.Proxy;

import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.ProxyFactoryBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

import dev.grantex.gemma.CallDeniedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the kinds of beans that {@link RequiresScope} covers and where its guard
 * stands.
 */
class GuardedBeanTests extends PlacementFixture {

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
