package dev.grantex.gemma.autoconfigure;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.reactive.function.client.WebClient;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.actuate.GrantexEndpoint;
import dev.grantex.gemma.actuate.GrantexHealthIndicator;
import dev.grantex.gemma.actuate.GrantexMetrics;
import dev.grantex.gemma.consent.Consent;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.guard.RequiresScopeAdvisor;
import dev.grantex.gemma.web.ProblemDetailsAdvice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The library leaves the application it is in as it would be without it.
 */
class HostApplicationTests {

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void offersNothingGeneralForInjection() {
		this.device.contexts()
			.withBean(Candidates.class)
			.run((context) -> assertThat(context.getBean(Candidates.class).all()).isEmpty());
	}

	@ParameterizedTest
	@ValueSource(classes = { TaskScheduler.class, Executor.class, ScheduledExecutorService.class, JsonMapper.class,
			WebClient.class, WebClient.Builder.class })
	void hasNoGeneralBeansAtAllExceptItsClocks(Class<?> type) {
		this.device.contexts().run((context) -> assertThat(context).doesNotHaveBean(type));
	}

	@Test
	void theApplicationsOnlyClockStaysTheOneToInject() {
		Clock own = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
		this.device.contexts()
			.withBean("ownClock", Clock.class, () -> own)
			.withBean(NeedsClock.class)
			.run((context) -> {
				assertThat(context.getBean(NeedsClock.class).clock()).isSameAs(own);
				assertThat(context.getBeanProvider(Clock.class).getIfUnique()).isSameAs(own);
			});
	}

	@Test
	void severalClocksAndSchedulersOfTheApplicationAreNotUsed() {
		this.device.contexts()
			.withBean(Contacts.class)
			.withUserConfiguration(ManyClocksAndSchedulers.class)
			.run((context) -> {
				assertThat(context.getBean(Contacts.class).find()).isEqualTo("Ada");
				assertThat(this.device.entries().get(0).get("timestamp").stringValue()).doesNotStartWith("1970");
			});
	}

	@Test
	void bootsOwnSchedulerAndExecutorAreStillThere() {
		this.device.contexts()
			.withConfiguration(
					AutoConfigurations.of(TaskExecutionAutoConfiguration.class, TaskSchedulingAutoConfiguration.class))
			.withUserConfiguration(Scheduling.class)
			.run((context) -> assertThat(context).hasSingleBean(ThreadPoolTaskScheduler.class)
				.hasSingleBean(ThreadPoolTaskExecutor.class)
				.hasBean("taskScheduler")
				.hasBean("applicationTaskExecutor"));
	}

	@Test
	void startsWithoutActuator() {
		this.device.webContexts()
			.withClassLoader(
					new FilteredClassLoader("org.springframework.boot.actuate", "org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(DeviceConsent.class)
				.doesNotHaveBean(GrantexEndpoint.class)
				.doesNotHaveBean(GrantexHealthIndicator.class));
	}

	@Test
	void startsWithoutHealthButWithEndpoints() {
		this.device.webContexts()
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(GrantexEndpoint.class)
				.doesNotHaveBean(GrantexHealthIndicator.class));
	}

	@Test
	void startsWithoutMeters() {
		this.device.webContexts()
			.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(GrantexEndpoint.class)
				.doesNotHaveBean(GrantexMetrics.class));
	}

	@Test
	void startsWithoutAMeterRegistry() {
		this.device.webContexts()
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(MeterRegistry.class)
				.doesNotHaveBean(GrantexMetrics.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.security.web", "org.springframework.security.config",
			"org.springframework.web.servlet", "jakarta.servlet", "org.springframework.boot.security",
			"org.springframework.boot.micrometer" })
	void startsWithout(String packageName) {
		this.device.contexts()
			.withClassLoader(new FilteredClassLoader(packageName))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(DeviceConsent.class));
	}

	@Test
	void aReactiveApplicationStartsWithoutServletClasses() {
		this.device.configure(new ReactiveWebApplicationContextRunner())
			.withClassLoader(new FilteredClassLoader("org.springframework.web.servlet", "jakarta.servlet"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(ProblemDetailsAdvice.class));
	}

	@Test
	void onlyWebApplicationsHaveTheAdvice() {
		this.device.contexts().run((context) -> assertThat(context).doesNotHaveBean(ProblemDetailsAdvice.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "false", "off", "no", "FALSE" })
	void switchedOffItDeniesAndNeedsNoKeyNorFilesNorService(String off) {
		this.device.contexts()
			.withBean(Contacts.class)
			.withPropertyValues("grantex.gemma.enabled=" + off, "grantex.gemma.bundle.encryption-key=")
			.run((context) -> {
				assertThat(context).hasSingleBean(RequiresScopeAdvisor.class);
				assertThatExceptionOfType(CallDeniedException.class)
					.isThrownBy(() -> context.getBean(Contacts.class).find())
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("disabled"));
				assertThat(this.device.directory()).isEmptyDirectory();
				assertThat(this.device.service().requests()).isEmpty();
			});
	}

	@Test
	void switchedOffItDeniesEvenWithAConsentOfTheApplication() {
		this.device.contexts().withBean(Contacts.class).withBean(Consent.class, () -> () -> {
			throw new AssertionError("Must not be asked");
		})
			.withPropertyValues("grantex.gemma.enabled=false")
			.run((context) -> assertThatExceptionOfType(CallDeniedException.class)
				.isThrownBy(() -> context.getBean(Contacts.class).find()));
	}

	record NeedsClock(Clock clock) {
	}

	/**
	 * What an application is given by mere type.
	 */
	record Candidates(ObjectProvider<Clock> clocks, ObjectProvider<Executor> executors,
			ObjectProvider<TaskScheduler> schedulers, ObjectProvider<JsonMapper> mappers,
			ObjectProvider<WebClient> clients, ObjectProvider<WebClient.Builder> builders) {

		List<Object> all() {
			return Stream.of(this.clocks, this.executors, this.schedulers, this.mappers, this.clients, this.builders)
				.<Object>flatMap(ObjectProvider::stream)
				.toList();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

	@Configuration(proxyBeanMethods = false)
	static class ManyClocksAndSchedulers {

		@Bean
		Clock clock1() {
			return Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
		}

		@Bean
		Clock clock2() {
			return Clock.systemUTC();
		}

		@Bean
		ScheduledExecutorService executor1() {
			return Executors.newSingleThreadScheduledExecutor();
		}

		@Bean
		ScheduledExecutorService executor2() {
			return Executors.newSingleThreadScheduledExecutor();
		}

		@Bean
		TaskScheduler scheduler1() {
			return new ConcurrentTaskScheduler(Executors.newSingleThreadScheduledExecutor());
		}

		@Bean
		TaskScheduler scheduler2() {
			return new ConcurrentTaskScheduler(Executors.newSingleThreadScheduledExecutor());
		}

	}

}
