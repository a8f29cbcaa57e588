package dev.grantex.gemma.guard;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ApplicationListener;
import org.springframework.context.Lifecycle;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the container calls on a complete bean passes the guard, also where another bean
 * was given the bean before that.
 */
class ContainerCallsTests {

	@ParameterizedTest
	@ValueSource(classes = { Scheduling.class, Listening.class, ListeningByAnnotation.class, Completing.class,
			Starting.class, StartingItself.class, Asynchronous.class, Making.class, Receiving.class })
	void whatTheContainerCallsIsGuarded(Class<? extends Called> type) {
		assertGuarded(new GuardContext(), type, Scheduler.class);
	}

	@ParameterizedTest
	@ValueSource(classes = { Scheduling.class, Listening.class, ListeningByAnnotation.class, Completing.class,
			Starting.class, StartingItself.class, Asynchronous.class, Making.class, Receiving.class })
	void whatTheContainerCallsIsGuardedInACircle(Class<? extends Called> type) {
		assertGuarded(new GuardContext(), type, Scheduler.class, Circle.class);
	}

	@ParameterizedTest
	@ValueSource(classes = { Scheduling.class, Receiving.class })
	void whatTheContainerCallsIsGuardedInACircleOfSeveralProxies(Class<? extends Called> type) {
		assertGuarded(new GuardContext(), type, Scheduler.class, Circle.class, SecondCreator.class);
	}

	@Test
	void aBeanThatIsCreatedLaterInACircleIsGuarded() {
		try (GuardContext guard = circular(new GuardContext()).start(LazilyAsynchronous.class, Scheduler.class,
				LazyCircle.class)) {
			guard.get(LazilyAsynchronous.class).act();
			guard.get(LazilyAsynchronous.class).await();
			assertThat(guard.get(LazyCircle.class).called).isSameAs(guard.get(LazilyAsynchronous.class));
			assertThat(guard.consent.decisions).hasPositiveValue();
		}
	}

	private static void assertGuarded(GuardContext context, Class<? extends Called> type, Class<?>... others) {
		Class<?>[] beans = new Class<?>[others.length + 1];
		beans[0] = type;
		System.arraycopy(others, 0, beans, 1, others.length);
		try (GuardContext guard = circular(context).start(beans)) {
			guard.context.start();
			guard.context.publishEvent("event");
			Called called = (Called) guard.context
				.getBean(FactoryBean.class.isAssignableFrom(type) ? "&" + nameOf(guard, type) : nameOf(guard, type));
			if (called instanceof Asynchronous asynchronous) {
				asynchronous.act();
			}
			if (called instanceof Making making) {
				guard.context.getBean(nameOf(guard, type));
			}
			called.await();
			// Decided upon before the call; what runs elsewhere is on record a little
			// later.
			assertThat(guard.consent.decisions).hasPositiveValue();
		}
	}

	private static String nameOf(GuardContext guard, Class<?> type) {
		return guard.context.getBeanNamesForType(type)[0].replace("&", "");
	}

	private static GuardContext circular(GuardContext guard) {
		guard.context.setAllowCircularReferences(true);
		return guard.proxyTargetClass();
	}

	static class Called {

		final CountDownLatch latch = new CountDownLatch(1);

		@Autowired(required = false)
		Circle circle;

		public void await() {
			try {
				assertThat(this.latch.await(60, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	static class Circle {

		@Autowired
		Called called;

	}

	static class Scheduling extends Called {

		@RequiresScope("read")
		@Scheduled(fixedDelay = 1000)
		public void act() {
			this.latch.countDown();
		}

	}

	static class Listening extends Called implements ApplicationListener<PayloadApplicationEvent<String>> {

		@Override
		@RequiresScope("read")
		public void onApplicationEvent(PayloadApplicationEvent<String> event) {
			this.latch.countDown();
		}

	}

	static class ListeningByAnnotation extends Called {

		@RequiresScope("read")
		@EventListener
		public void listen(String event) {
			this.latch.countDown();
		}

	}

	static class Completing extends Called implements SmartInitializingSingleton {

		@Override
		@RequiresScope("read")
		public void afterSingletonsInstantiated() {
			this.latch.countDown();
		}

	}

	static class Starting extends Called implements Lifecycle {

		@Override
		@RequiresScope("read")
		public void start() {
			this.latch.countDown();
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

	}

	static class StartingItself extends Starting implements SmartLifecycle {

	}

	static class Asynchronous extends Called {

		@Async
		@RequiresScope("read")
		public void act() {
			this.latch.countDown();
		}

	}

	static class Making extends Called implements FactoryBean<String> {

		@Override
		@RequiresScope("read")
		public String getObject() {
			this.latch.countDown();
			return "made";
		}

		@Override
		public Class<?> getObjectType() {
			return String.class;
		}

	}

	static class Receiving extends Called {

		@RequiresScope("read")
		public void receive() {
			this.latch.countDown();
		}

	}

	@Lazy
	static class LazilyAsynchronous {

		final CountDownLatch latch = new CountDownLatch(1);

		@Autowired
		LazyCircle circle;

		@Async
		@RequiresScope("read")
		public void act() {
			this.latch.countDown();
		}

		public void await() {
			try {
				assertThat(this.latch.await(60, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	@Lazy
	static class LazyCircle {

		@Autowired
		LazilyAsynchronous called;

	}

	/** Stands for those that have messages received by the beans they see. */
	static class Receiver implements BeanPostProcessor, Ordered {

		@Override
		public int getOrder() {
			return Ordered.LOWEST_PRECEDENCE;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof Receiving receiving) {
				receiving.receive();
			}
			return bean;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@EnableAsync(proxyTargetClass = true)
	static class Scheduler {

		@Bean
		static Receiver receiver() {
			return new Receiver();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondCreator {

		@Bean
		static DefaultAdvisorAutoProxyCreator secondCreator() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			return creator;
		}

	}

}
