package dev.grantex.gemma.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.client.RestClient;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.guard.RequiresScope;
import dev.grantex.gemma.guard.UnguardableBeanException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * One guard in a hierarchy of contexts: it holds below the context that configures it,
 * and only that one opens and closes the consent.
 */
class ContextHierarchyTests {

	@RegisterExtension
	private final Device device = new Device();

	private final List<ConfigurableApplicationContext> opened = new ArrayList<>();

	@AfterEach
	void close() {
		this.opened.forEach(ConfigurableApplicationContext::close);
	}

	@Test
	void beansBelowAreGuardedWithoutConfiguringAnything() {
		ConfigurableApplicationContext parent = run(null, Guarding.class);
		assertGuarded(run(parent, Tools.class));
		assertGuarded(run(run(parent, Empty.class), LazyTools.class));
		assertThat(this.device.results()).containsExactly("success", "denied", "success", "denied");
	}

	@Test
	void oneCallIsOneEntryWhereBothConfigureTheGuard() {
		ConfigurableApplicationContext parent = run(null, Guarding.class);
		assertGuarded(run(parent, GuardingTools.class));
		assertThat(this.device.results()).containsExactly("success", "denied");
	}

	@Test
	void onlyTheContextThatConfiguresTheConsentClosesIt() {
		ConfigurableApplicationContext parent = run(null, GuardingTools.class);
		ConfigurableApplicationContext first = run(parent, GuardingTools.class);
		ConfigurableApplicationContext second = run(parent, Tools.class);
		first.close();
		assertGuarded(second);
		second.close();
		assertGuarded(parent);
		ConfigurableApplicationContext third = run(parent, GuardingTools.class);
		assertGuarded(third);
		Contacts contacts = third.getBean(Contacts.class);
		parent.close();
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(contacts::find)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("not_running"));
	}

	@Test
	void aChildWithAConsentOfItsOwnOpensAndClosesThat() {
		ConfigurableApplicationContext parent = run(null, Empty.class);
		ConfigurableApplicationContext child = run(parent, GuardingTools.class);
		assertGuarded(child);
		DeviceConsent consent = child.getBean(DeviceConsent.class);
		child.close();
		assertThat(consent.status().denial()).isEqualTo(DenialReason.NOT_RUNNING);
	}

	@Test
	void whatIsSwitchedOffBelowIsDenied() {
		ConfigurableApplicationContext parent = run(null, GuardingTools.class);
		ConfigurableApplicationContext child = run(parent, GuardingTools.class, "grantex.gemma.enabled=false");
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(child.getBean(Contacts.class)::find)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("disabled"));
		assertGuarded(parent);
	}

	@Test
	void siblingsAndParentsWithoutAGuardAreRefused() {
		assertThat(refusal(() -> run(null, Tools.class))).contains("has no guard");
		ConfigurableApplicationContext root = run(null, Empty.class);
		run(root, Guarding.class);
		assertThat(refusal(() -> run(root, LazyTools.class))).contains("has no guard");
	}

	@Test
	void anUnguardedParentThatWasRefreshedByHandIsRefusedByTheChild() {
		AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext(Tools.class);
		this.opened.add(parent);
		assertThat(refusal(() -> run(parent, Guarding.class))).contains("has no guard");
	}

	@Test
	void aChildThatIsRefreshedByHandIsRefusedAndClosed() {
		ConfigurableApplicationContext parent = run(null, Guarding.class);
		for (Class<?> beans : List.of(Tools.class, LazyTools.class)) {
			AnnotationConfigApplicationContext child = child(parent, beans);
			assertThat(refusal(child::refresh)).contains("has no guard");
			assertThat(child.isActive()).isFalse();
		}
		AnnotationConfigApplicationContext middle = child(parent, Empty.class);
		middle.refresh();
		assertThat(refusal(child(middle, Tools.class)::refresh)).contains("has no guard");
		assertThat(middle.isActive()).isTrue();
	}

	@Test
	void aBeanThatAChildRefreshedByHandCreatesLaterIsRefused() {
		AnnotationConfigApplicationContext child = child(run(null, Guarding.class), HiddenTools.class);
		child.refresh();
		for (String bean : List.of("lazy", "prototype", "product")) {
			assertThat(refusal(() -> child.getBean(bean))).contains("has no guard");
		}
		child.registerBean("late", Contacts.class);
		assertThat(refusal(() -> child.getBean("late"))).contains("has no guard");
		assertThat(refusal(() -> child.getAutowireCapableBeanFactory().createBean(Contacts.class)))
			.contains("has no guard");
		assertThat(child.getBean("harmless")).isEqualTo("harmless");
	}

	@Test
	void aChildIsRefusedByWhoRefreshesItAlsoWhereListenersAreCalledElsewhere() {
		ConfigurableApplicationContext parent = run(null, CallingListenersElsewhere.class);
		AnnotationConfigWebApplicationContext child = new AnnotationConfigWebApplicationContext();
		child.setParent(parent);
		child.register(Tools.class);
		assertThat(refusal(child::refresh)).contains("has no guard");
		assertThat(child.isActive()).isFalse();
	}

	@Test
	void aDispatchersContextIsRefusedAtEachRefresh() {
		ConfigurableApplicationContext parent = run(null, Guarding.class);
		AnnotationConfigWebApplicationContext child = new AnnotationConfigWebApplicationContext();
		child.setParent(parent);
		child.register(Empty.class);
		assertThatNoException().isThrownBy(child::refresh);
		child.register(Tools.class);
		assertThat(refusal(child::refresh)).contains("has no guard");
		assertThat(child.isActive()).isFalse();
	}

	@Test
	void aChildThatIsRefreshedByHandMayHaveAGuardOfItsOwnOrNothingToGuard() {
		ConfigurableApplicationContext parent = run(null, Guarding.class);
		child(parent, Empty.class).refresh();
		AnnotationConfigApplicationContext child = child(parent, GuardingTools.class);
		child.refresh();
		assertGuarded(child);
	}

	@Test
	void aManagementContextOfItsOwnChangesNothing() {
		try (RunningApplication running = this.device.run(WebApplicationType.SERVLET, Applications.Complete.class,
				RunningApplication.WITHOUT_SECURITY, "management.server.port=0")) {
			assertThat(running.bean(Contacts.class).find()).isEqualTo("Ada");
			assertThat(managementOf(running.context(), "health")).contains("\"grantexGemma\"");
			assertThat(managementOf(running.context(), "grantex")).contains("\"entries\":1,");
		}
		assertThat(this.device.results()).containsExactly("success");
	}

	@Test
	void aWebContextBelowShowsHealthAndTheEndpoint() {
		ConfigurableApplicationContext child = run(run(null, GuardingWithHealth.class), WebApplicationType.SERVLET,
				Applications.Complete.class, RunningApplication.WITHOUT_SECURITY, "server.port=0",
				"management.endpoints.web.exposure.include=health,grantex",
				"management.endpoint.health.show-details=always", "management.server.port=0");
		assertThat(managementOf(child, "health")).contains("\"grantexGemma\"");
		assertThat(managementOf(child, "grantex")).contains("\"entries\":0,");
	}

	private static String managementOf(ApplicationContext context, String endpoint) {
		String port = context.getEnvironment().getRequiredProperty("local.management.port");
		return RestClient.create("http://localhost:" + port + "/actuator/" + endpoint)
			.get()
			.retrieve()
			.onStatus(HttpStatusCode::isError, (request, response) -> {
			})
			.requiredBody(String.class);
	}

	private void assertGuarded(ApplicationContext context) {
		Contacts contacts = context.getBean(Contacts.class);
		assertThat(contacts.find()).isEqualTo("Ada");
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(contacts::delete);
	}

	private static String refusal(Runnable start) {
		Throwable thrown = catchThrowable(start::run);
		Throwable failure = thrown;
		while (failure != null && !(failure instanceof UnguardableBeanException)) {
			failure = failure.getCause();
		}
		assertThat(failure).as("refusal in %s", thrown).isNotNull();
		return failure.getMessage();
	}

	private AnnotationConfigApplicationContext child(ApplicationContext parent, Class<?> beans) {
		AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext();
		this.opened.add(0, child);
		child.setParent(parent);
		child.register(beans);
		return child;
	}

	private ConfigurableApplicationContext run(ConfigurableApplicationContext parent, Class<?> application,
			String... properties) {
		return run(parent, WebApplicationType.NONE, application, properties);
	}

	private ConfigurableApplicationContext run(ConfigurableApplicationContext parent, WebApplicationType type,
			Class<?> application, String... properties) {
		List<String> all = new ArrayList<>(List.of(this.device.properties()));
		all.addAll(List.of("spring.main.banner-mode=off", "grantex.gemma.sync.on-startup=false",
				"grantex.gemma.sync.on-shutdown=false", "spring.jmx.enabled=false"));
		all.addAll(Arrays.asList(properties));
		SpringApplicationBuilder builder = new SpringApplicationBuilder(application).web(type)
			.registerShutdownHook(false);
		if (parent != null) {
			builder.parent(parent);
		}
		ConfigurableApplicationContext context = builder
			.run(all.stream().map((property) -> "--" + property).toArray(String[]::new));
		this.opened.add(0, context);
		return context;
	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Contacts.class)
	static class Tools {

	}

	@Lazy
	@Configuration(proxyBeanMethods = false)
	@Import(Contacts.class)
	static class LazyTools {

	}

	/** What each of these beans is shows only when it is created. */
	@Configuration(proxyBeanMethods = false)
	static class HiddenTools {

		@Bean
		@Lazy
		Runnable lazy() {
			return new Tool();
		}

		@Bean
		@Scope("prototype")
		Runnable prototype() {
			return new Tool();
		}

		@Bean
		FactoryBean<Runnable> product() {
			return new FactoryBean<>() {

				@Override
				public Runnable getObject() {
					return new Tool();
				}

				@Override
				public Class<?> getObjectType() {
					return Runnable.class;
				}

			};
		}

		@Bean
		@Lazy
		String harmless() {
			return "harmless";
		}

	}

	static class Tool implements Runnable {

		@Override
		@RequiresScope("read:contacts")
		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GrantexGemmaAutoConfiguration.class)
	static class Guarding {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Guarding.class)
	static class CallingListenersElsewhere {

		@Bean
		ApplicationEventMulticaster applicationEventMulticaster() {
			SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
			multicaster.setTaskExecutor((task) -> {
			});
			return multicaster;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GrantexGemmaAutoConfiguration.class)
	@Import(Contacts.class)
	static class GuardingTools {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GrantexGemmaAutoConfiguration.class, GrantexGemmaActuatorAutoConfiguration.class })
	static class GuardingWithHealth {

	}

}
