package dev.grantex.gemma.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.Ordered;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.context.SecurityContextHolder;

import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.guard.RequiresScope;
import dev.grantex.gemma.guard.RequiresScopeAdvisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The guard is in place whatever the application does with its beans.
 */
@ExtendWith(OutputCaptureExtension.class)
class GuardedApplicationTests {

	@RegisterExtension
	private final Device device = new Device();

	@ParameterizedTest
	@ValueSource(strings = { "spring.aop.auto=true", "spring.aop.auto=false", "spring.aop.proxy-target-class=false",
			"spring.aop.proxy-target-class=true" })
	void whateverIsConfiguredAboutAop(String property) {
		this.device.contexts()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class))
			.withBean(Contacts.class)
			.withPropertyValues(property)
			.run((context) -> assertGuarded(context.getBean(Contacts.class)));
	}

	@ParameterizedTest
	@ValueSource(strings = { ConfigurableBeanFactory.SCOPE_PROTOTYPE, "thread" })
	void beansOfOtherScopes(String scope) {
		this.device.contexts().withInitializer((context) -> {
			context.getBeanFactory().registerScope("thread", new SimpleThreadScope());
		})
			.withBean(Contacts.class, Contacts::new, (definition) -> definition.setScope(scope))
			.run((context) -> assertGuarded(context.getBean(Contacts.class)));
	}

	@Test
	void beansBehindAScopedProxy() {
		this.device.contexts()
			.withInitializer((context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
			.withUserConfiguration(Scoped.class)
			.run((context) -> assertGuarded((Contacts) context.getBean("contacts")));
	}

	@Test
	void lazyBeans() {
		this.device.contexts()
			.withBean(Contacts.class, Contacts::new, (definition) -> definition.setLazyInit(true))
			.run((context) -> assertGuarded(context.getBean(Contacts.class)));
	}

	@Test
	void anApplicationWithoutAnAnnotatedBeanHasNoProxies() {
		this.device.contexts().withBean(Plain.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(AopUtils.isAopProxy(context.getBean(Plain.class))).isFalse();
		});
	}

	@ParameterizedTest
	@CsvSource({ ",425", "7,7" })
	void theOrderIsConfigurable(String configured, int order) {
		this.device.contexts()
			.withPropertyValues(
					(configured != null) ? new String[] { "grantex.gemma.guard.order=" + configured } : new String[0])
			.run((context) -> assertThat(context.getBean(RequiresScopeAdvisor.class).getOrder()).isEqualTo(order));
	}

	@Test
	void comesAfterPreAuthorizeAndBeforeTransactionsAndCaches() {
		this.device.contexts().withUserConfiguration(Secured.class).run((context) -> {
			SecuredTool tool = context.getBean(SecuredTool.class);
			List<?> transactions = context.getBean("transactions", List.class);
			signIn("ROLE_GUEST");
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(tool::denied);
			assertThat(this.device.auditFile()).isEmptyFile();
			signIn("ROLE_OWNER");
			assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(tool::denied);
			assertThat(transactions).isEmpty();
			tool.permitted();
			assertThat(transactions).hasSize(1);
			assertThat(this.device.results()).containsExactly("denied", "success");
		});
	}

	@Test
	void noBeanIsCreatedTooEarly(CapturedOutput output) {
		this.device.run(Applications.Small.class).close();
		assertThat(output).doesNotContain("is not eligible for getting processed by all BeanPostProcessors");
	}

	@Test
	void theProxyIsNoneThatAnAspectWeaverIsNeededFor() {
		this.device.contexts()
			.withBean(Contacts.class)
			.run((context) -> assertThat(((Advised) context.getBean(Contacts.class)).getAdvisors()).singleElement()
				.isInstanceOf(RequiresScopeAdvisor.class));
	}

	private void assertGuarded(Contacts contacts) {
		assertThat(contacts.find()).isEqualTo("Ada");
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(contacts::delete);
		assertThat(this.device.results()).containsExactly("success", "denied");
	}

	private static void signIn(String authority) {
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("somebody", "", authority));
	}

	static class Plain {

	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		@Scope(value = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Contacts contacts() {
			return new Contacts();
		}

	}

	static class SecuredTool {

		@PreAuthorize("hasRole('OWNER')")
		@RequiresScope("write:contacts")
		public void denied() {
			throw new AssertionError("Must never run without consent");
		}

		@PreAuthorize("hasRole('OWNER')")
		@RequiresScope("read:contacts")
		public void permitted() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableMethodSecurity
	static class Secured {

		@Bean
		SecuredTool tool() {
			return new SecuredTool();
		}

		@Bean
		static List<String> transactions() {
			return new ArrayList<>();
		}

		/** In the place of transactions and caches. */
		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static DefaultPointcutAdvisor transactionAdvisor(List<String> transactions) {
			DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(
					AnnotationMatchingPointcut.forMethodAnnotation(RequiresScope.class),
					(MethodInterceptor) (invocation) -> {
						transactions.add("begin");
						return invocation.proceed();
					});
			advisor.setOrder(Ordered.LOWEST_PRECEDENCE);
			return advisor;
		}

	}

}
