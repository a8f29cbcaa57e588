package dev.grantex.gemma.guard;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.micrometer.observation.ObservationRegistry;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.AopContext;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A call leaves one entry, however many proxies it passes, and each call one of its own.
 */
class SeveralProxiesTests {

	private final RecordingConsent consent = new RecordingConsent();

	private final CallGuard guard = new CallGuard(this.consent, GrantSource.BUNDLE, false, ObservationRegistry.NOOP,
			(event) -> {
			});

	private final RequiresScopeAdvisor advisor = new RequiresScopeAdvisor(() -> this.guard);

	private GuardContext context;

	@BeforeEach
	void prepare() {
		this.context = new GuardContext();
	}

	@AfterEach
	void stop() {
		assertThat(this.consent.open).hasValue(0);
		assertThat(this.context.consent.open).as("decisions left open").hasValue(0);
		this.context.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { SecondCreator.class, SecondClassCreator.class, ThirdCreator.class })
	void callThroughTheProxiesOfSeveralCreatorsLeavesOneEntry(Class<?> creators) {
		Door door = this.context.start(HouseDoor.class, creators).get(Door.class);
		assertThat(door.open("front")).isEqualTo("front");
		assertThat(this.context.consent.results()).containsExactly("success");
		assertThat(door.close("front").join()).isEqualTo("front");
		assertThat(door.watch().block()).isEqualTo("seen");
		assertThat(door.watch().block()).isEqualTo("seen");
		assertThat(door.stream().collectList().block()).containsExactly("a", "b");
		assertThat(door.generic("x")).isEqualTo("x");
		assertThat(this.context.consent.results()).hasSize(6).containsOnly("success");
		assertThat(catchThrowable(() -> door.open(null))).isInstanceOf(IllegalArgumentException.class);
		assertThat(this.context.consent.results()).hasSize(7).last().isEqualTo("error");
	}

	@ParameterizedTest
	@ValueSource(classes = { SecondCreator.class, SecondClassCreator.class, ThirdCreator.class })
	void denialIsOneEntryAndTheMethodDoesNotRun(Class<?> creators) {
		Door door = this.context.start(HouseDoor.class, creators).get(Door.class);
		this.context.consent.denial = DenialReason.REVOKED;
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> door.open(null));
		assertThat(this.context.consent.results()).containsExactly("denied");
		assertThat(this.context.denials).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(classes = { SecondCreator.class, SecondClassCreator.class, ThirdCreator.class })
	void callsOfTheBeanThroughItsOwnProxyAreCallsOfTheirOwn(Class<?> creators) {
		Door door = this.context.start(HouseDoor.class, creators).get(Door.class);
		door.openSeveral(3);
		assertThat(this.context.consent.results()).hasSize(4);
		door.recurse(2);
		assertThat(this.context.consent.results()).hasSize(7).containsOnly("success");
	}

	@Test
	void callsOfTheBeanThroughTheInnermostProxyAreCallsOfTheirOwn() {
		ProxyFactory inner = factory(new HouseDoor());
		inner.setExposeProxy(true);
		Door door = (Door) factory(inner.getProxy()).getProxy();
		door.recurseByContext(2);
		assertThat(this.consent.results()).hasSize(3).containsOnly("success");
	}

	@Test
	void adviceTwiceInOneProxyLeavesOneEntryForEachCall() {
		HouseDoor target = new HouseDoor();
		ProxyFactory factory = factory(target);
		factory.addAdvisor(new RequiresScopeAdvisor(() -> this.guard));
		Door door = (Door) factory.getProxy();
		target.self = door;
		door.recurse(2);
		assertThat(door.watch().block()).isEqualTo("seen");
		assertThat(this.consent.results()).hasSize(4).containsOnly("success");
	}

	@Test
	void retriesOutsideAreCallsOfTheirOwnAndInsideAreNot() {
		ProxyFactory outside = new ProxyFactory(new HouseDoor());
		outside.addAdvice(twice());
		outside.addAdvisor(this.advisor);
		outside.addAdvisor(new RequiresScopeAdvisor(() -> this.guard));
		((Door) outside.getProxy()).open("front");
		assertThat(this.consent.results()).containsExactly("success", "success");
		ProxyFactory inside = factory(factory(new HouseDoor()).getProxy());
		inside.addAdvice(twice());
		((Door) inside.getProxy()).open("front");
		assertThat(this.consent.results()).hasSize(3);
		ProxyFactory between = factory(new HouseDoor());
		between.addAdvice(twice());
		between.addAdvisor(new RequiresScopeAdvisor(() -> this.guard));
		((Door) between.getProxy()).open("front");
		assertThat(this.consent.results()).hasSize(4);
	}

	@Test
	void whatAnAdviceInBetweenAnswersIsGuarded() {
		ProxyFactory outer = factory(factory(new HouseDoor()).getProxy());
		outer.addAdvice((MethodInterceptor) (invocation) -> "cached");
		Door door = (Door) outer.getProxy();
		assertThat(door.open("front")).isEqualTo("cached");
		assertThat(this.consent.results()).containsExactly("success");
		this.consent.denial = DenialReason.REVOKED;
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> door.open("front"));
	}

	@Test
	void otherMethodThatAnAdviceInBetweenCallsIsGuardedToo() {
		ProxyFactory outer = factory(factory(new HouseDoor()).getProxy());
		outer.addAdvice((MethodInterceptor) (invocation) -> {
			((Door) invocation.getThis()).generic("x");
			return invocation.proceed();
		});
		((Door) outer.getProxy()).open("front");
		assertThat(this.consent.entries).extracting(RecordingConsent.Entry::action)
			.containsExactly("HouseDoor.generic", "HouseDoor.open");
	}

	@Test
	void anotherGuardIsAskedAsWell() {
		RecordingConsent other = new RecordingConsent();
		CallGuard second = new CallGuard(other, GrantSource.BUNDLE, false, ObservationRegistry.NOOP, (event) -> {
		});
		ProxyFactory outer = new ProxyFactory(factory(new HouseDoor()).getProxy());
		outer.setProxyTargetClass(true);
		outer.addAdvisor(new RequiresScopeAdvisor(() -> second));
		((Door) outer.getProxy()).open("front");
		assertThat(this.consent.results()).containsExactly("success");
		assertThat(other.results()).containsExactly("success");
	}

	private ProxyFactory factory(Object target) {
		ProxyFactory factory = new ProxyFactory(target);
		factory.setProxyTargetClass(true);
		factory.addAdvisor(this.advisor);
		return factory;
	}

	private static MethodInterceptor twice() {
		return (invocation) -> {
			((ProxyMethodInvocation) invocation).invocableClone().proceed();
			return ((ProxyMethodInvocation) invocation).invocableClone().proceed();
		};
	}

	interface Opener<T> {

		T generic(T value);

	}

	interface Door extends Opener<String> {

		String open(String name);

		CompletableFuture<String> close(String name);

		Mono<String> watch();

		Flux<String> stream();

		void openSeveral(int count);

		void recurse(int depth);

		void recurseByContext(int depth);

	}

	@RequiresScope("read")
	static class HouseDoor implements Door {

		@Lazy
		@Autowired
		Door self;

		@Override
		public String open(String name) {
			if (name == null) {
				throw new IllegalArgumentException();
			}
			return name;
		}

		@Override
		public CompletableFuture<String> close(String name) {
			return CompletableFuture.completedFuture(name);
		}

		@Override
		public Mono<String> watch() {
			return Mono.just("seen");
		}

		@Override
		public Flux<String> stream() {
			return Flux.just("a", "b");
		}

		@Override
		public void openSeveral(int count) {
			List<String> opened = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				opened.add(this.self.open("door" + i));
			}
		}

		@Override
		public void recurse(int depth) {
			if (depth > 0) {
				this.self.recurse(depth - 1);
			}
		}

		@Override
		public void recurseByContext(int depth) {
			if (depth > 0) {
				((Door) AopContext.currentProxy()).recurseByContext(depth - 1);
			}
		}

		@Override
		public String generic(String value) {
			return value;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondCreator {

		@Bean
		static DefaultAdvisorAutoProxyCreator secondCreator() {
			return new DefaultAdvisorAutoProxyCreator();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondClassCreator {

		@Bean
		static DefaultAdvisorAutoProxyCreator secondCreator() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			return creator;
		}

	}

	private static final class DoorPointcut extends StaticMethodMatcherPointcut {

		private DoorPointcut() {
			setClassFilter(Door.class::isAssignableFrom);
		}

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			return true;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThirdCreator extends SecondCreator {

		@Bean
		static DefaultAdvisorAutoProxyCreator thirdCreator() {
			return new DefaultAdvisorAutoProxyCreator();
		}

		@Bean
		static DefaultPointcutAdvisor otherAdvice() {
			return new DefaultPointcutAdvisor(new DoorPointcut(), (MethodInterceptor) MethodInvocation::proceed);
		}

	}

}
