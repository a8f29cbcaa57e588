package dev.grantex.gemma.guard;

import java.io.IOException;
import java.io.InputStream;

import dev.grantex.gemma.guard.check.GuardedBeanCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.test.tools.SourceFile;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where the class files come from that are searched for calls past the guard.
 */
@ExtendWith(OutputCaptureExtension.class)
class SelfCallReadingTests {

	@Test
	void beansAreCheckedAheadOfTimeWithoutBeingMade() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Guard.class, SelfCallTests.CallsItself.class);
			assertThatExceptionOfType(UnguardableBeanException.class)
				.isThrownBy(() -> context.refreshForAotProcessing(new RuntimeHints()))
				.withMessageContaining("CallsItself.open calls it on the same object");
		}
	}

	@Test
	void classesWithoutAFileAreNamedInOneWarning(CapturedOutput output) {
		String source = "public class %s { @" + RequiresScope.class.getName() + "(\"read\") public void act() { } }";
		TestCompiler.forSystem()
			.withSources(SourceFile.of(source.formatted("First")), SourceFile.of(source.formatted("Second")))
			.compile((compiled) -> {
				ClassLoader loader = new WithoutFiles(compiled.getClassLoader());
				GuardContext guard = new GuardContext();
				guard.context.setClassLoader(loader);
				guard.start(define(loader, "First"), define(loader, "Second")).close();
			});
		assertThat(output.getAll().lines().filter((line) -> line.contains("could not be checked"))).singleElement()
			.asString()
			.endsWith("First, Second");
	}

	private static Class<?> define(ClassLoader loader, String name) {
		return ClassUtils.resolveClassName(name, loader);
	}

	/**
	 * Defines classes of its own and does not show their files.
	 */
	private static final class WithoutFiles extends ClassLoader {

		private WithoutFiles(ClassLoader parent) {
			super(parent);
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (name.contains(".") || findLoadedClass(name) != null) {
				return super.loadClass(name, resolve);
			}
			try (InputStream file = getParent().getResourceAsStream(name + ".class")) {
				byte[] bytes = file.readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

		@Override
		public InputStream getResourceAsStream(String name) {
			return null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Guard {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static RequiresScopeAdvisor advisor() {
			return new RequiresScopeAdvisor(() -> {
				throw new IllegalStateException();
			});
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static GuardedBeanCheck check(RequiresScopeAdvisor advisor) {
			return new GuardedBeanCheck(advisor);
		}

	}

}
