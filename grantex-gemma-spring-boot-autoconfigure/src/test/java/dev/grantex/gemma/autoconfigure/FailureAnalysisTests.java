package dev.grantex.gemma.autoconfigure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;
import dev.grantex.gemma.guard.RequiresScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What keeps an application from starting is said without a stack trace, with the
 * property's name, what to do, and no value.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTests {

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void neitherKeyNorPassphrase(CapturedOutput output) {
		assertFails(output, "grantex.gemma.bundle.encryption-key=");
		assertThat(output).contains("Neither an encryption key nor a passphrase")
			.contains("'grantex.gemma.bundle.encryption-key'")
			.contains("openssl rand -hex 32");
	}

	@Test
	void bothKeyAndPassphrase(CapturedOutput output) {
		assertFails(output, "grantex.gemma.bundle.passphrase=correct horse");
		assertThat(output).contains("Both an encryption key and a passphrase")
			.contains("'grantex.gemma.bundle.passphrase'")
			.doesNotContain("correct horse");
	}

	@ParameterizedTest
	@ValueSource(strings = { "abc", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeefg" })
	void malformedKey(String key, CapturedOutput output) {
		assertFails(output, "grantex.gemma.bundle.encryption-key=" + key);
		assertThat(output).contains("must be 64 hexadecimal digits")
			.contains("openssl rand -hex 32")
			.doesNotContain(key);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			offline-ttl                  | 169h     | between 1s and 168h
			offline-ttl                  | 0s       | between 1s and 168h
			offline-ttl                  | -1h      | between 1s and 168h
			bundle.refresh-threshold     | 1.1      | between 0 and 1
			bundle.refresh-threshold     | -0.1     | between 0 and 1
			bundle.refresh-threshold     | NaN      | between 0 and 1
			sync.batch-size              | 0        | between 1 and 1000
			sync.batch-size              | 1001     | between 1 and 1000
			sync.interval                | 0s       | between 1ms and 8760h
			sync.interval                | -5m      | between 1ms and 8760h
			verifier.max-delegation-depth| 11       | between 0 and 10
			verifier.max-delegation-depth| -1       | between 0 and 10
			verifier.clock-skew          | 25h      | between 0s and 24h
			verifier.clock-skew          | -1s      | between 0s and 24h
			verifier.required-scopes     | a,,b     | one of its values is empty
			scopes                       | a,,b     | one of its values is empty
			audit.max-size               | 0B       | must be positive
			audit.retention              | 0s       | must be positive
			audit.retention              | -30d     | must be positive
			audit.max-total-size         | 0B       | at least twice 'grantex.gemma.audit.max-size'
			audit.max-total-size         | 99MB     | at least twice 'grantex.gemma.audit.max-size'
			api.connect-timeout          | 0s       | between 1ms and 1h
			api.read-timeout             | 2h       | between 1ms and 1h
			api.base-url                 | http://192.0.2.1          | grantex.gemma.api.allow-insecure-http=true
			api.base-url                 | ftp://api.grantex.dev     | must be an https address
			api.base-url                 | api.grantex.dev           | must be an https address
			api.base-url                 | https://me:pw@example.com | must be an https address
			""")
	void valueThatCannotWork(String property, String value, String explanation, CapturedOutput output) {
		assertFails(output, "grantex.gemma." + property + "=" + value);
		assertThat(output).contains("'grantex.gemma." + property + "'")
			.contains(explanation)
			.contains("It is set in \"grantex.gemma." + property + "\" from property source \"commandLineArgs\"")
			.doesNotContain("me:pw");
	}

	@Test
	void filesOfTheLogLargerThanAllOfThemTogether(CapturedOutput output) {
		assertFails(output, "grantex.gemma.audit.max-size=600MB");
		assertThat(output).contains("'grantex.gemma.audit.max-total-size'").contains("'grantex.gemma.audit.max-size'");
	}

	@Test
	void apiKeyWithWhiteSpace(CapturedOutput output) {
		assertFails(output, "grantex.gemma.api.key=gx_live_secret more");
		assertThat(output).contains("'grantex.gemma.api.key'")
			.contains("no white space")
			.doesNotContain("gx_live_secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "api.key", "agent-id", "user-id", "device-id", "scopes", "bundle.encryption-key",
			"bundle.passphrase" })
	void variableThatIsNotSet(String property, CapturedOutput output) {
		assertFails(output, "grantex.gemma." + property + "=${SOME_VARIABLE}");
		assertThat(output).contains("grantex.gemma." + property)
			.contains("Set the environment variable or property SOME_VARIABLE");
	}

	@Test
	void bundleAndLogInTheSameFile(CapturedOutput output) {
		assertFails(output, "grantex.gemma.audit.path=" + this.device.directory() + "/./bundle.enc");
		assertThat(output).contains("'grantex.gemma.audit.path'").contains("'grantex.gemma.bundle.path'");
	}

	@ParameterizedTest
	@CsvSource({ "sync.interval,soon", "guard.order,first", "guard.grant-source,anyone", "audit.durability,maybe",
			"enabled,perhaps" })
	void valueOfAnotherType(String property, String value, CapturedOutput output) {
		assertFails(output, "grantex.gemma." + property + "=" + value);
		assertThat(output).contains("grantex.gemma." + property);
	}

	@Test
	void unguardableBean(CapturedOutput output) {
		assertThatException().isThrownBy(() -> this.device.run(Unguardable.class));
		assertThatAnalysisIsGiven(output);
		assertThat(output).contains("FinalTool.use")
			.contains("the class is final")
			.contains("Make the class non-final");
	}

	@Test
	void logInUseInTheSameProcess(CapturedOutput output) {
		try (RunningApplication running = this.device.run(Applications.Small.class)) {
			assertFails(output);
			assertThat(output)
				.contains("'grantex.gemma.audit.path' is in use by another application context in this process")
				.contains("Close the other context")
				.doesNotContain("another process");
			assertThat(running.bean(Contacts.class).find()).isEqualTo("Ada");
		}
	}

	@Test
	void logInUseInAnotherProcess(CapturedOutput output) throws IOException {
		this.device.run(Applications.Small.class, "grantex.gemma.sync.on-shutdown=false").close();
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), LogHolder.class.getName(), this.device.auditFile().toString(),
				this.device.bundleFile().toString())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		try {
			assertThat(new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
				.readLine()).isEqualTo("open");
			Map<String, String> before = this.device.files();
			assertFails(output);
			assertThat(output).contains("in use by another process").contains("Stop the other process");
			assertThat(this.device.files()).isEqualTo(before);
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Test
	void logInUseByABundleElsewhereIsFoundOutAfterIssuing(CapturedOutput output) {
		try (RunningApplication running = this.device.run(Applications.Small.class)) {
			assertFails(output, "grantex.gemma.bundle.path=" + this.device.directory().resolve("other.enc"));
			assertThat(output)
				.contains("'grantex.gemma.audit.path' is in use by another application context in this process")
				.contains("Close the other context")
				.doesNotContain("another process");
			assertThat(running.bean(Contacts.class).find()).isEqualTo("Ada");
		}
	}

	private void assertFails(CapturedOutput output, String... properties) {
		assertThatException().isThrownBy(() -> this.device.run(Applications.Small.class, properties).close());
		assertThatAnalysisIsGiven(output);
	}

	private static void assertThatAnalysisIsGiven(CapturedOutput output) {
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Description:")
			.contains("Action:")
			.doesNotContain("\tat ")
			.doesNotContain(Device.KEY);
	}

	/**
	 * Another process that has the log open.
	 */
	static class LogHolder {

		public static void main(String[] arguments) throws IOException {
			OfflineAuditLog log = OfflineAuditLog.open(Path.of(arguments[0]),
					EncryptedFileBundleRepository.withKey(Path.of(arguments[1]), Device.KEY).load().orElseThrow());
			System.out.println("open");
			System.in.read();
			log.close();
		}

	}

	@Import({ Applications.Small.class, FinalTool.class })
	static class Unguardable {

	}

	static final class FinalTool {

		@RequiresScope("read:contacts")
		public void use() {
			throw new AssertionError("Must never run unguarded");
		}

	}

}
