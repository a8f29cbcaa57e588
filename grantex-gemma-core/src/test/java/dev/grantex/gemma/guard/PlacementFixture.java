package dev.grantex.gemma.guard;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import dev.grantex.gemma.ScopeViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tools that several tests of where {@link RequiresScope} may stand share.
 */
abstract class PlacementFixture {

	static void assertDenied(ThrowingCallable call) {
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.missingScopes()).containsExactly("drop"));
	}

	static class MethodTools {

		@RequiresScope("read")
		public String read() {
			return "read";
		}

		@RequiresScope({ "read", "drop" })
		public void readAndDrop() {
			throw new AssertionError("must not run");
		}

		@RequiresScope("drop")
		void packagePrivate() {
			throw new AssertionError("must not run");
		}

		@RequiresScope("drop")
		protected void protectedMethod() {
			throw new AssertionError("must not run");
		}

		public void free() {
		}

	}

	static class OverridingTools extends MethodTools {

		@Override
		public void readAndDrop() {
			throw new AssertionError("must not run");
		}

	}

	interface WithDefault {

		default void inheritedDefault() {
			throw new AssertionError("must not run");
		}

	}

	static class Base implements WithDefault {

		public void inherited() {
			throw new AssertionError("must not run");
		}

	}

	@RequiresScope("drop")
	static class ClassTools extends Base {

		public void own() {
		}

		@RequiresScope("read")
		public void relaxed() {
		}

		@Override
		public boolean equals(Object other) {
			return this == other || other instanceof ClassTools;
		}

		@Override
		public int hashCode() {
			return 1;
		}

		@Override
		public String toString() {
			return "tools";
		}

	}

	@RequiresScope("drop")
	interface Contacts {

		void delete();

		@RequiresScope("read")
		void search();

	}

	static class DefaultContacts implements Contacts {

		@Override
		public void delete() {
			throw new AssertionError("must not run");
		}

		@Override
		public void search() {
		}

		public void beyondTheInterface() {
			throw new AssertionError("must not run");
		}

	}

	interface Left {

		@RequiresScope("drop")
		void act();

	}

}
