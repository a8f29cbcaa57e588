package dev.grantex.sample;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.sample.agent.SensorTools;
import dev.grantex.simulator.Agent;
import dev.grantex.simulator.GrantexSimulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class GrantexServiceInitializerTests {

	private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

	@Test
	void embedsAServiceThatStopsWithTheApplication() {
		GrantexSimulator service;
		try (ConfigurableApplicationContext context = run()) {
			service = context.getBean(GrantexSimulator.class);
			assertThat(status(context).denial()).isNull();
		}
		assertThat(isListening(service)).isFalse();
	}

	@Test
	void startsAfreshAfterTheEmbeddedServiceForgotEverything() {
		String first;
		try (ConfigurableApplicationContext context = run()) {
			first = context.getEnvironment().getProperty("grantex.gemma.bundle.path");
		}
		try (ConfigurableApplicationContext context = run()) {
			assertThat(status(context).denial()).isNull();
			assertThat(context.getEnvironment().getProperty("grantex.gemma.bundle.path")).isNotEqualTo(first);
		}
	}

	@Test
	void givesEachRunItsOwnKey() {
		String first;
		try (ConfigurableApplicationContext context = run()) {
			first = context.getEnvironment().getProperty("grantex.gemma.bundle.encryption-key");
		}
		try (ConfigurableApplicationContext context = run()) {
			assertThat(context.getEnvironment().getProperty("grantex.gemma.bundle.encryption-key")).hasSize(64)
				.isNotEqualTo(first);
		}
	}

	@Test
	void usesTheServiceThatIsConfigured(CapturedOutput output) {
		try (GrantexSimulator service = GrantexSimulator.start();
				ConfigurableApplicationContext context = run(variables(service))) {
			assertThat(context.getBeanProvider(GrantexSimulator.class).getIfAvailable()).isNull();
			assertThat(status(context).denial()).isNull();
			assertThat(service.bundles()).hasSize(1);
			assertThat(output).contains("Using the Grantex service at " + service.baseUrl())
				.doesNotContain(service.customer().apiKey());
		}
	}

	@Test
	void keepsTheConsentAcrossRunsWithAKeyOfOnesOwn(@TempDir Path directory, CapturedOutput output) {
		try (GrantexSimulator service = GrantexSimulator.start()) {
			String[] settings = Stream
				.concat(Stream.of(variables(service)),
						Stream.of("--GRANTEX_BUNDLE_KEY=" + KEY,
								"--grantex.gemma.bundle.path=" + directory.resolve("bundle.enc"),
								"--grantex.gemma.audit.path=" + directory.resolve("audit.jsonl")))
				.toArray(String[]::new);
			run(settings).close();
			run(settings).close();
			assertThat(service.bundles()).hasSize(1);
			assertThat(directory.resolve("bundle.enc")).exists();
			assertThat(output).contains("Consent is kept across runs in " + directory.resolve("bundle.enc"),
					"evidence in " + directory.resolve("audit.jsonl"));
		}
	}

	@Test
	void doesNotEmbedAServiceWhenTheConfigurationIsIncomplete() {
		for (String variable : List.of("--GRANTEX_BASE_URL=http://127.0.0.1:1", "--GRANTEX_API_KEY=key",
				"--GRANTEX_AGENT_ID=agent")) {
			try (ConfigurableApplicationContext context = run(variable,
					"--grantex.gemma.api.base-url=http://127.0.0.1:1")) {
				assertThat(context.getBeanProvider(GrantexSimulator.class).getIfAvailable()).isNull();
				assertThat(status(context).denial()).isNotNull();
			}
		}
	}

	@Test
	void deniesAndStillStartsWhenTheLibraryIsSwitchedOff() {
		try (ConfigurableApplicationContext context = run("--grantex.gemma.enabled=false")) {
			SensorTools sensors = context.getBean(SensorTools.class);
			assertThatExceptionOfType(CallDeniedException.class).isThrownBy(sensors::readAllSensors);
		}
	}

	private static ConfigurableApplicationContext run(String... settings) {
		String[] args = Stream.concat(Stream.of("--server.port=0"), Stream.of(settings)).toArray(String[]::new);
		return SampleApplication.application().run(args);
	}

	private static String[] variables(GrantexSimulator service) {
		Agent agent = service.customer().registerAgent("agent", "read:sensors", "move:blinds", "send:alerts");
		return new String[] { "--GRANTEX_BASE_URL=" + service.baseUrl(),
				"--GRANTEX_API_KEY=" + service.customer().apiKey(), "--GRANTEX_AGENT_ID=" + agent.id() };
	}

	private static ConsentStatus status(ConfigurableApplicationContext context) {
		return context.getBean(DeviceConsent.class).status();
	}

	private static boolean isListening(GrantexSimulator service) {
		try (Socket socket = new Socket("127.0.0.1", service.baseUrl().getPort())) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

}
