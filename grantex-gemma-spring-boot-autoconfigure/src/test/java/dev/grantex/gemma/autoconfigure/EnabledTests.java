package dev.grantex.gemma.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The switch means the same to the conditions and to the guard, however it is spelled.
 */
class EnabledTests {

	@RegisterExtension
	private final Device device = new Device();

	@ParameterizedTest
	@ValueSource(strings = { "on", "yes", "1", "TRUE", "${my.switch}" })
	void switchedOn(String value) {
		application().withPropertyValues("grantex.gemma.enabled=" + value, "my.switch=on").run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(DeviceConsent.class)
				.hasSingleBean(AuditSynchronizer.class);
			assertThat(context.getBean(Contacts.class).find()).isEqualTo("Ada");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "off", "no", "0", "False", "${my.switch}" })
	void switchedOff(String value) {
		assertSwitchedOff(application().withPropertyValues("grantex.gemma.enabled=" + value, "my.switch=off"));
	}

	@Test
	void switchedOffByAVariableOfTheSystem() {
		assertSwitchedOff(application().withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
					Map.of("GRANTEX_GEMMA_ENABLED", "no")))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "perhaps", "2", "" })
	void neither(String value) {
		application().withPropertyValues("grantex.gemma.enabled=" + value)
			.run((context) -> assertThat(context).hasFailed());
	}

	private void assertSwitchedOff(ApplicationContextRunner application) {
		application.run((context) -> {
			assertThat(context).hasNotFailed()
				.doesNotHaveBean(DeviceConsent.class)
				.doesNotHaveBean(AuditSynchronizer.class);
			Contacts contacts = context.getBean(Contacts.class);
			assertThatExceptionOfType(CallDeniedException.class).isThrownBy(contacts::find)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("disabled"));
			assertThat(this.device.directory()).isEmptyDirectory();
		});
	}

	private ApplicationContextRunner application() {
		return this.device.contexts().withUserConfiguration(Contacts.class);
	}

}
