package dev.grantex.gemma.guard.check;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;

import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.util.ReflectionUtils;

import dev.grantex.gemma.guard.FailedStart;
import dev.grantex.gemma.guard.GuardContext;
import dev.grantex.gemma.guard.UnguardableBeanException;
import dev.grantex.gemma.guard.elsewhere.PackagePrivateTools;
import dev.grantex.gemma.guard.elsewhere.ReloadedTools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a proxy overrides is asked of the proxy, not concluded from modifiers.
 */
class ProxyOverridesTests {

	@Test
	void whatAClassOfTheSamePackageSeesIsOverridden() {
		assertThat(overrides(Tools.class, Tools.class, "hidden")).isTrue();
		assertThat(overrides(Tools.class, Tools.class, "open")).isTrue();
		assertThat(overrides(Tools.class, Tools.class, "guarded")).isTrue();
	}

	@Test
	void finalMethodsAreNot() {
		assertThat(overrides(Tools.class, Tools.class, "fixed")).isFalse();
	}

	@Test
	void defaultMethodsOfInterfacesAre() {
		assertThat(overrides(Tools.class, Interface.class, "standard")).isTrue();
	}

	@Test
	void whatOnlyAnotherPackageSeesIsNotEvenIfTheClassHasAMethodLikeIt() {
		assertThat(overrides(Elsewhere.class, PackagePrivateTools.class, "act")).isFalse();
		assertThat(overrides(Shadowing.class, PackagePrivateTools.class, "act")).isFalse();
		assertThat(overrides(Shadowing.class, Shadowing.class, "act")).isTrue();
	}

	@Test
	void whatOnlyItsPackageSeesIsNotOverriddenByAnotherClassLoader() throws Exception {
		assertThat(overrides(ReloadedTools.class, PackagePrivateTools.class, "act")).isTrue();
		assertThat(overrides(reloaded(), PackagePrivateTools.class, "act")).isFalse();
	}

	@Test
	void anAnnotatedMethodThatAClassOnlyHidesFailsTheStart() {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(), Shadowing.class);
		assertThat(failure.problem()).contains("another package");
		assertThat(failure.remedy()).isEqualTo("Make it public.");
	}

	@Test
	void anAnnotatedMethodOfAnotherClassLoaderFailsTheStart() throws Exception {
		Class<?> reloaded = reloaded();
		GuardContext guard = new GuardContext();
		guard.context.setClassLoader(reloaded.getClassLoader());
		UnguardableBeanException failure = FailedStart.failureOf(guard, reloaded);
		assertThat(failure.method()).isEqualTo("ReloadedTools.act");
		assertThat(failure.problem()).contains("another class loader");
	}

	private static Class<?> reloaded() throws ClassNotFoundException {
		return new ReloadingClassLoader(ReloadedTools.class.getName()).loadClass(ReloadedTools.class.getName());
	}

	private static boolean overrides(Class<?> bean, Class<?> declaring, String name) {
		ProxyFactory factory = new ProxyFactory();
		factory.setTargetClass(bean);
		factory.setProxyTargetClass(true);
		Method method = ReflectionUtils.findMethod(declaring, name);
		return new ProxyOverrides(factory.getProxyClass(bean.getClassLoader())).includes(method);
	}

	interface Interface {

		default void standard() {
		}

	}

	static class Tools implements Interface {

		void hidden() {
		}

		public void open() {
		}

		protected void guarded() {
		}

		public final void fixed() {
		}

	}

	static class Elsewhere extends PackagePrivateTools {

	}

	static class Shadowing extends PackagePrivateTools {

		public void act() {
		}

	}

	/**
	 * Defines one class itself, as a class loader for restarts does.
	 */
	private static final class ReloadingClassLoader extends ClassLoader {

		private final String name;

		private ReloadingClassLoader(String name) {
			super(ProxyOverridesTests.class.getClassLoader());
			this.name = name;
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			return (name.equals(this.name) && findLoadedClass(name) == null) ? define(name)
					: super.loadClass(name, resolve);
		}

		private Class<?> define(String name) throws ClassNotFoundException {
			try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
				byte[] bytes = file.readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}
