package dev.grantex.gemma.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;

import jakarta.annotation.PostConstruct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.aop.framework.AopContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for guarded methods that their own bean calls where no guard sees it: what is
 * surely such a call fails the start, unless the caller is guarded as well.
 */
class SelfCallTests {

	@ParameterizedTest
	@CsvSource({ "CallsItself,CallsItself.open", "CallsTheCopy,CallsTheCopy.open", "Refers,Refers.open",
			"FromALambda,FromALambda.open", "FromALambdaInALambda,FromALambdaInALambda.open",
			"FromALambdaWithACopy,FromALambdaWithACopy.open", "FromAPrivateMethod,FromAPrivateMethod.open",
			"FromAnAnonymousClass,FromAnAnonymousClass.open", "FromAnInnerClass,FromAnInnerClass.open",
			"FromADeepClass,FromADeepClass.open", "FromAnUnusedInnerClass,Helper.help",
			"FromAnInnerConstructor,FromAnInnerConstructor.open", "FromTheConstructor,the constructor",
			"FromACallback,FromACallback.initialize", "FromAPrivateCallback,FromAPrivateCallback.initialize",
			"FromTheSuperclass,FromTheSuperclass.open", "OnTheSuperclass,OnTheSuperclass.open",
			"FromAnInterface,FromAnInterface.open", "FromTheInterfaceItself,FromTheInterfaceItself.open",
			"Generic,Generic.open", "WithLesserScopes,WithLesserScopes.open", "WithWeakerIntent,WithWeakerIntent.open",
			"WhereOneWayInIsOpen,WhereOneWayInIsOpen.other", "InOneBranch,InOneBranch.open", "InALoop,InALoop.open",
			"InAHandler,InAHandler.open", "AmongWideValues,AmongWideValues.open",
			"ProtectedHelper,ProtectedHelper.help", "RefersFromAnInnerClass,RefersFromAnInnerClass.open",
			"TakesTheInnerConstructor,TakesTheInnerConstructor.open" })
	void whatTheBeanCallsOnItselfFailsTheStart(String bean, String caller) throws Exception {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(),
				Class.forName(SelfCallTests.class.getName() + "$" + bean));
		assertThat(failure.method()).isEqualTo(bean + ".unlock");
		assertThat(failure.problem()).startsWith(caller + " calls it on the same object");
		assertThat(failure.remedy()).contains("through the bean");
	}

	@Test
	void remedyIsOneThatIsPossible() {
		assertThat(FailedStart.failureOf(new GuardContext(), CallsItself.class).remedy())
			.contains("or annotate CallsItself.open");
		assertThat(Stream.of(FromTheConstructor.class, FromACallback.class, FromAnUnusedInnerClass.class)
			.map((bean) -> FailedStart.failureOf(new GuardContext(), bean).remedy()))
			.allSatisfy((remedy) -> assertThat(remedy).contains("through the bean").doesNotContain("annotate"));
	}

	static Stream<Class<?>> innocent() {
		return Stream.of(OnOthers.class, OnAParameter.class, Reassigned.class, EitherOr.class, GivenAway.class,
				GuardedAlike.class, GuardedAllWaysIn.class, Overriding.class, AnnotatedClass.class, Recursive.class,
				TellsOfItself.class, OnAnotherInnerObject.class, NestedInAnother.class, Bridged.class,
				LambdasOfOthers.class, StaticNested.class, MakesAnother.class);
	}

	@ParameterizedTest
	@MethodSource("innocent")
	void whatIsNotSurelyTheBeanPasses(Class<?> bean) {
		assertThatNoException().isThrownBy(() -> GuardContext.of(bean).close());
	}

	static class Base {

		@RequiresScope("unlock")
		public void unlock() {
		}

	}

	static class CallsItself extends Base {

		public void open() {
			unlock();
		}

	}

	static class CallsTheCopy extends Base {

		public void open() {
			CallsTheCopy self = this;
			self.unlock();
		}

	}

	static class Refers extends Base {

		public Runnable open() {
			return this::unlock;
		}

	}

	static class FromALambda extends Base {

		public Runnable open() {
			return () -> unlock();
		}

	}

	static class FromALambdaInALambda extends Base {

		public Callable<Runnable> open() {
			return () -> () -> unlock();
		}

	}

	static class FromALambdaWithACopy extends Base {

		private int count;

		public Runnable open() {
			FromALambdaWithACopy copy = this;
			return () -> {
				this.count++;
				copy.unlock();
			};
		}

	}

	static class FromAPrivateMethod extends Base {

		public void open() {
			first(1);
		}

		private void first(long times) {
			second();
		}

		private void second() {
			unlock();
		}

	}

	static class FromAnAnonymousClass extends Base {

		public Runnable open() {
			return new Runnable() {

				@Override
				public void run() {
					unlock();
				}

			};
		}

	}

	static class FromAnInnerClass extends Base {

		public Object open() {
			return new Inner(3L);
		}

		class Inner {

			Inner(long number) {
			}

			void go() {
				Runnable later = () -> unlock();
				later.run();
			}

		}

	}

	static class FromADeepClass extends Base {

		public Object open() {
			return new Middle();
		}

		class Middle {

			Object deeper() {
				return new Deep();
			}

			class Deep {

				void go() {
					unlock();
				}

			}

		}

	}

	static class FromAnUnusedInnerClass extends Base {

		class Helper {

			void help() {
				unlock();
			}

		}

	}

	static class FromAnInnerConstructor extends Base {

		public Object open() {
			return new Inner();
		}

		class Inner {

			Inner() {
				unlock();
			}

		}

	}

	static class TakesTheInnerConstructor extends Base {

		public Callable<Object> open() {
			return Inner::new;
		}

		class Inner {

			void go() {
				unlock();
			}

		}

	}

	static class RefersFromAnInnerClass extends Base {

		public Object open() {
			return new Object() {

				Runnable later() {
					return RefersFromAnInnerClass.this::unlock;
				}

			};
		}

	}

	static class FromTheConstructor extends Base {

		FromTheConstructor() {
			unlock();
		}

	}

	static class FromACallback extends Base {

		@PostConstruct
		public void initialize() {
			unlock();
		}

	}

	static class FromAPrivateCallback extends Base {

		@PostConstruct
		private void initialize() {
			unlock();
		}

	}

	abstract static class Opening {

		public void open() {
			unlock();
		}

		public abstract void unlock();

	}

	static class FromTheSuperclass extends Opening {

		@Override
		@RequiresScope("unlock")
		public void unlock() {
		}

	}

	static class OnTheSuperclass extends Base {

		public void open() {
			super.unlock();
		}

	}

	interface Opener {

		default void open() {
			unlock();
		}

		void unlock();

	}

	static class FromAnInterface implements Opener {

		@Override
		@RequiresScope("unlock")
		public void unlock() {
		}

	}

	interface GuardedOpener {

		default void open() {
			unlock();
		}

		@RequiresScope("unlock")
		void unlock();

	}

	static class FromTheInterfaceItself implements GuardedOpener {

		@Override
		public void unlock() {
		}

	}

	abstract static class GenericBase<T> {

		public void open(T value) {
			unlock(value);
		}

		abstract void unlock(T value);

	}

	static class Generic extends GenericBase<String> {

		@Override
		@RequiresScope("unlock")
		void unlock(String value) {
		}

	}

	static class WithLesserScopes extends Base {

		@RequiresScope("open")
		public void open() {
			unlock();
		}

	}

	static class WithWeakerIntent {

		@RequiresScope("unlock")
		public void open() {
			unlock();
		}

		@RequiresScope(value = "unlock", recordIntent = RecordIntent.ALWAYS)
		public void unlock() {
		}

	}

	static class WhereOneWayInIsOpen extends Base {

		@RequiresScope("unlock")
		public void open() {
			help();
		}

		public void other() {
			help();
		}

		private void help() {
			unlock();
		}

	}

	static class InOneBranch extends Base {

		public void open(boolean really) {
			if (really) {
				unlock();
			}
		}

	}

	static class InALoop extends Base {

		public void open(List<String> doors) {
			for (String door : doors) {
				if (door.isEmpty()) {
					continue;
				}
				unlock();
			}
		}

	}

	static class InAHandler extends Base {

		public int open(List<String> doors) {
			try {
				return doors.size();
			}
			catch (RuntimeException ex) {
				unlock();
				return 0;
			}
			finally {
				doors.clear();
			}
		}

	}

	static class AmongWideValues extends Base {

		long last;

		double[] shares = new double[2];

		public long open(long first, double second, int third) {
			this.last += first;
			this.shares[third++] += second;
			long result = this.last++ + switch (third) {
				case 1 -> 2L;
				case 7 -> (long) this.shares[0]++;
				default -> Math.max(first, (long) second);
			};
			unlock();
			return result;
		}

	}

	static class ProtectedHelper extends Base {

		@RequiresScope("unlock")
		public void open() {
			help();
		}

		protected void help() {
			unlock();
		}

	}

	static class OnOthers extends Base {

		@Lazy
		@Autowired
		OnOthers self;

		@Autowired
		ObjectProvider<OnOthers> provider;

		public void open() {
			this.self.unlock();
			this.provider.getObject().unlock();
			((OnOthers) AopContext.currentProxy()).unlock();
			Runnable later = this.self::unlock;
			Consumer<OnOthers> any = OnOthers::unlock;
			self().unlock();
		}

		private OnOthers self() {
			return this.self;
		}

	}

	static class OnAParameter extends Base {

		public void open(OnAParameter other) {
			other.unlock();
			help(this);
		}

		private void help(OnAParameter other) {
			other.unlock();
		}

		static void openStatically(OnAParameter other) {
			other.unlock();
		}

	}

	static class Reassigned extends Base {

		public void open(Reassigned other) {
			Reassigned one = this;
			one = other;
			one.unlock();
		}

	}

	static class EitherOr extends Base {

		public void open(EitherOr other) {
			((other != null) ? other : this).unlock();
			EitherOr one = this;
			while (other != null) {
				one.unlock();
				one = other;
			}
		}

	}

	static class GivenAway extends Base {

		private final List<Base> others = new ArrayList<>();

		public void open() {
			this.others.add(this);
			this.others.forEach((other) -> other.unlock());
		}

	}

	static class GuardedAlike extends Base {

		@RequiresScope({ "open", "unlock" })
		public void open() {
			unlock();
			Runnable later = () -> unlock();
			new Object() {

				void go() {
					unlock();
				}

			}.go();
		}

	}

	static class GuardedAllWaysIn extends Base {

		@RequiresScope("unlock")
		public void open() {
			help();
		}

		@RequiresScope(value = "unlock", recordIntent = RecordIntent.ALWAYS)
		public void other() {
			help();
		}

		private void help() {
			unlock();
		}

	}

	static class Overriding extends Base {

		@Override
		@RequiresScope("another")
		public void unlock() {
			super.unlock();
		}

	}

	@RequiresScope("read")
	static class AnnotatedClass {

		AnnotatedClass() {
			prepare();
		}

		@PostConstruct
		public void initialize() {
			prepare();
		}

		public void prepare() {
		}

		public void open() {
			prepare();
		}

	}

	static class Recursive {

		@RequiresScope("read")
		public int count(int depth) {
			return (depth > 0) ? count(depth - 1) : 0;
		}

	}

	@RequiresScope("read")
	static class TellsOfItself {

		public String name() {
			return "name";
		}

		@Override
		public String toString() {
			return name();
		}

		@Override
		public int hashCode() {
			return name().hashCode();
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof TellsOfItself that && name().equals(that.name());
		}

	}

	static class OnAnotherInnerObject extends Base {

		public Object open(OnAnotherInnerObject other) {
			return other.new Inner();
		}

		class Inner {

			void go() {
				unlock();
			}

		}

	}

	static class NestedInAnother extends Base {

		public Object open() {
			return new Base() {

				void go() {
					unlock();
				}

			};
		}

	}

	static class Bridged implements Callable<String> {

		@Override
		@RequiresScope("read")
		public String call() {
			return "called";
		}

	}

	static class LambdasOfOthers extends Base {

		public Runnable open(LambdasOfOthers other) {
			return () -> other.unlock();
		}

	}

	static class StaticNested extends Base {

		public Object open() {
			return new Helper(this);
		}

		static class Helper {

			private final StaticNested tools;

			Helper(StaticNested tools) {
				this.tools = tools;
				tools.unlock();
			}

			void go() {
				this.tools.unlock();
			}

		}

	}

	static class MakesAnother extends Base {

		public void open() {
			new MakesAnother().unlock();
			MakesAnother other = new MakesAnother();
			other.unlock();
		}

	}

}
