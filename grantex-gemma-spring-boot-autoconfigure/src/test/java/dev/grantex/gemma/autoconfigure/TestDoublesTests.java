package dev.grantex.gemma.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.guard.RequiresScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;

/**
 * Tests of users put objects in the place of guarded beans: what these still run of the
 * beans' own methods is guarded, the rest is not.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE,
		properties = { "grantex.gemma.bundle.auto-issue=false", "grantex.gemma.sync.enabled=false",
				"grantex.gemma.bundle.encryption-key=" + Device.KEY })
@DirtiesContext
class TestDoublesTests {

	@MockitoBean
	private Mocked mocked;

	@MockitoSpyBean
	private Spied spied;

	@TestBean
	private Written written;

	@TestBean
	private Itself itself;

	@TestBean
	private Spoken spoken;

	@Autowired
	private User user;

	@DynamicPropertySource
	static void directory(DynamicPropertyRegistry registry) throws Exception {
		Path directory = Files.createTempDirectory("doubles");
		registry.add("grantex.gemma.bundle.path", () -> directory.resolve("bundle.enc"));
		registry.add("grantex.gemma.audit.path", () -> directory.resolve("audit.jsonl"));
	}

	static Written written() {
		return new Written() {

			@Override
			public String find() {
				return "written by the test";
			}

		};
	}

	static Itself itself() {
		return new Itself();
	}

	static Spoken spoken() {
		return () -> "spoken by the test";
	}

	@Test
	void aMockRunsNothing() {
		given(this.mocked.find()).willReturn("mocked");
		assertThat(this.user.mocked.find()).isEqualTo("mocked");
	}

	@Test
	void aSpyIsGuarded() {
		assertDenied(this.user.spied::find);
	}

	@Test
	void whatTheTestHasWrittenIsItsOwn() {
		assertThat(this.written.find()).isEqualTo("written by the test");
		assertThat(this.user.written.find()).isEqualTo("written by the test");
		assertThat(this.user.spoken.find()).isEqualTo("spoken by the test");
	}

	@Test
	void whatIsLeftOfTheBeanIsGuarded() {
		assertDenied(this.written::delete);
		assertDenied(this.user.written::delete);
		assertDenied(this.user.itself::find);
	}

	private static void assertDenied(ThrowingCallable call) {
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("no_bundle"));
	}

	static class Tools {

		@RequiresScope("read:contacts")
		public String find() {
			throw new AssertionError("Must never run without consent");
		}

		@RequiresScope("write:contacts")
		public String delete() {
			throw new AssertionError("Must never run without consent");
		}

	}

	static class Mocked extends Tools {

	}

	static class Spied extends Tools {

	}

	static class Written extends Tools {

	}

	static class Itself extends Tools {

	}

	interface Spoken {

		@RequiresScope("read:contacts")
		String find();

	}

	static class Speaking implements Spoken {

		@Override
		public String find() {
			throw new AssertionError("Must never run without consent");
		}

	}

	record User(Mocked mocked, Spied spied, Written written, Itself itself, Spoken spoken) {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GrantexGemmaAutoConfiguration.class)
	@Import({ Mocked.class, Spied.class, Written.class, Itself.class, Speaking.class, User.class })
	static class Application {

	}

}
