package dev.grantex.gemma.guard;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for annotations that cannot be guarded where they stand: each fails the start and
 * names bean, method and remedy.
 */
class UnguardableMethodTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					FinalClass        | FinalClass.act        | the class is final                      | Make the class non-final
					FinalMethod       | FinalMethod.act       | the method is final                     | Make it non-final
					InheritedFinal    | InheritedFinal.act    | the method is final                     | annotate single methods
					PrivateMethod     | PrivateMethod.act     | the method is private                   | Make it public
					StaticMethod      | StaticMethod.act      | the method is static                    | Make it an instance method
					HiddenMethod      | HiddenMethod.act      | none of them declares the method        | proxy-target-class=true
					Infrastructure    | Infrastructure.act    | the bean is not behind a proxy          | not as an infrastructure bean
					NoScope           | NoScope.act           | it requires no scope                    | Name the scopes
					NoScopeOnClass    | NoScopeOnClass        | it requires no scope                    | Name the scopes
					BlankScope        | BlankScope.act        | it requires a blank scope               | Name the scopes
					BadMetadata       | BadMetadata.act       | "{'room': #room" does not parse         | Write a SpEL map
					PlainFuture       | PlainFuture.act       | outcome cannot be observed              | CompletableFuture
					CompetingMethods  | CompetingMethods.call | contradict each other apply to it, from Left, Right | Annotate the method itself, once
					CompetingTypes    | CompetingTypes.call   | from LeftType, RightType                | Annotate the method itself, once
					CompetingMetas    | CompetingMetas.act    | from CompetingMetas                     | Annotate the method itself, once
					LazyPrivate       | PrivateMethod.act     | the method is private                   | Make it public
					""")
	void failsTheStart(String type, String method, String problem, String remedy) throws Exception {
		Class<?> bean = Class.forName(UnguardableMethodTests.class.getName() + "$" + type);
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(), bean);
		assertThat(failure.method()).isEqualTo(method);
		assertThat(failure.problem()).contains(problem);
		assertThat(failure.remedy()).contains(remedy);
		assertThat(failure.beanName()).containsIgnoringCase(type);
		assertThat(failure).hasMessageContainingAll(failure.beanName(), method, problem, remedy);
	}

	@Test
	void finalClassWithInterfacesFailsOnlyIfProxiedByClass() {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext().proxyTargetClass(),
				FinalCallable.class);
		assertThat(failure.problem()).isEqualTo("the class is final");
		assertThatNoException().isThrownBy(() -> GuardContext.of(FinalCallable.class).close());
	}

	@Test
	void finalProductOfAFactoryFailsTheStart() {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(), FinalProduct.class,
				Consumer.class);
		assertThat(failure.problem()).isEqualTo("the class is final");
	}

	@Test
	void hiddenMethodIsFineIfProxiedByClass() {
		assertThatNoException()
			.isThrownBy(() -> new GuardContext().proxyTargetClass().start(HiddenMethod.class).close());
	}

	static final class FinalClass {

		@RequiresScope("read")
		public void act() {
		}

	}

	static final class FinalCallable implements Callable<String> {

		@Override
		@RequiresScope("read")
		public String call() {
			return "called";
		}

	}

	static class FinalMethod {

		@RequiresScope("read")
		public final void act() {
		}

	}

	static class FinalBase {

		public final void act() {
		}

	}

	@RequiresScope("read")
	static class InheritedFinal extends FinalBase {

	}

	static class PrivateMethod {

		@RequiresScope("read")
		private void act() {
		}

	}

	@Lazy
	static class LazyPrivate extends PrivateMethod {

	}

	static class StaticMethod {

		@RequiresScope("read")
		public static void act() {
		}

	}

	static class HiddenMethod implements Callable<String> {

		@Override
		public String call() {
			return "called";
		}

		@RequiresScope("read")
		public void act() {
		}

	}

	static class Infrastructure implements AopInfrastructureBean {

		@RequiresScope("read")
		public void act() {
		}

	}

	static class NoScope {

		@RequiresScope({})
		public void act() {
		}

	}

	@RequiresScope({})
	static class NoScopeOnClass {

		public void act() {
		}

	}

	static class BlankScope {

		@RequiresScope({ "read", " " })
		public void act() {
		}

	}

	static class BadMetadata {

		@RequiresScope(value = "read", metadata = "{'room': #room")
		public void act() {
		}

	}

	static class PlainFuture {

		@RequiresScope("read")
		public Future<String> act() {
			return null;
		}

	}

	interface Left {

		@RequiresScope("read")
		void call();

	}

	interface Right {

		@RequiresScope("write")
		void call();

	}

	static class CompetingMethods implements Left, Right {

		@Override
		public void call() {
		}

	}

	@RequiresScope("read")
	interface LeftType {

	}

	@RequiresScope("write")
	interface RightType {

		void call();

	}

	static class CompetingTypes implements LeftType, RightType {

		@Override
		public void call() {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresScope("read")
	@interface Reads {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresScope("write")
	@interface Writes {

	}

	static class CompetingMetas {

		@Reads
		@Writes
		public void act() {
		}

	}

	static class FinalProduct implements FactoryBean<FinalClass> {

		@Override
		public FinalClass getObject() {
			return new FinalClass();
		}

		@Override
		public Class<?> getObjectType() {
			return FinalClass.class;
		}

	}

	static class Consumer {

		Consumer(FinalClass product) {
		}

	}

}
