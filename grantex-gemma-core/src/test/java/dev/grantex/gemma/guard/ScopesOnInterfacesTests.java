package dev.grantex.gemma.guard;

import org.junit.jupiter.api.Test;

import org.springframework.aop.support.AopUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link RequiresScope} on interfaces and generic methods, and proxies of
 * either kind.
 */
class ScopesOnInterfacesTests extends PlacementFixture {

	@Test
	void interfaceAnnotationsHoldForInterfaceProxies() {
		try (GuardContext guard = GuardContext.of(DefaultContacts.class)) {
			Contacts contacts = guard.get(Contacts.class);
			assertThat(AopUtils.isJdkDynamicProxy(contacts)).isTrue();
			assertDenied(contacts::delete);
			assertThatNoException().isThrownBy(contacts::search);
			assertThat(guard.consent.entries.get(1).action()).isEqualTo("DefaultContacts.search");
		}
	}

	@Test
	void interfaceAnnotationsHoldForClassProxies() {
		try (GuardContext guard = new GuardContext().proxyTargetClass().start(DefaultContacts.class)) {
			DefaultContacts contacts = guard.get(DefaultContacts.class);
			assertThat(AopUtils.isCglibProxy(contacts)).isTrue();
			assertDenied(contacts::delete);
			assertDenied(contacts::beyondTheInterface);
		}
	}

	@Test
	void targetAnnotationsHoldForInterfaceProxies() {
		try (GuardContext guard = GuardContext.of(AnnotatedRunner.class)) {
			Runnable runner = guard.get(Runnable.class);
			assertThat(AopUtils.isJdkDynamicProxy(runner)).isTrue();
			assertDenied(runner::run);
		}
	}

	@Test
	void nearerInterfaceReplacesTheFartherOne() {
		try (GuardContext guard = GuardContext.of(NarrowedContacts.class)) {
			assertThatNoException().isThrownBy(guard.get(Contacts.class)::delete);
		}
	}

	@Test
	void genericMethodIsFoundThroughItsBridge() {
		try (GuardContext guard = new GuardContext().proxyTargetClass().start(TextTool.class)) {
			GenericTool<String> tool = guard.get(TextTool.class);
			assertDenied(() -> tool.use("text"));
		}
	}

	@Test
	void genericMethodIsFoundThroughItsInterface() {
		try (GuardContext guard = GuardContext.of(TextTool.class)) {
			@SuppressWarnings("unchecked")
			GenericTool<String> tool = guard.get(GenericTool.class);
			assertThat(AopUtils.isJdkDynamicProxy(tool)).isTrue();
			assertDenied(() -> tool.use("text"));
		}
	}

	@Test
	void annotationOnTheImplementationOfAGenericMethodIsFound() {
		try (GuardContext guard = GuardContext.of(NumberTool.class)) {
			@SuppressWarnings("unchecked")
			GenericTool<Integer> tool = guard.get(GenericTool.class);
			assertThatNoException().isThrownBy(() -> tool.use(1));
			assertThat(guard.consent.only().result()).isEqualTo("success");
		}
	}

	@Test
	void equalRequirementsFromTwoInterfacesDoNotCompete() {
		try (GuardContext guard = GuardContext.of(AgreeingTools.class)) {
			assertDenied(guard.get(Left.class)::act);
		}
	}

	interface ReadableContacts extends Contacts {

		@Override
		@RequiresScope("read")
		void delete();

	}

	static class NarrowedContacts extends DefaultContacts implements ReadableContacts {

		@Override
		public void delete() {
		}

	}

	static class AnnotatedRunner implements Runnable {

		@Override
		@RequiresScope("drop")
		public void run() {
			throw new AssertionError("must not run");
		}

	}

	interface GenericTool<T> {

		@RequiresScope("drop")
		void use(T value);

	}

	static class TextTool implements GenericTool<String> {

		@Override
		public void use(String value) {
			throw new AssertionError("must not run");
		}

	}

	static class NumberTool implements GenericTool<Integer> {

		@Override
		@RequiresScope("read")
		public void use(Integer value) {
		}

	}

	interface Right {

		@RequiresScope("drop")
		void act();

	}

	static class AgreeingTools implements Left, Right {

		@Override
		public void act() {
			throw new AssertionError("must not run");
		}

	}

}
