package dev.grantex.sample;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import dev.grantex.sample.demo.Demo;
import dev.grantex.simulator.Agent;
import dev.grantex.simulator.GrantexSimulator;
import dev.grantex.simulator.Route;

import static org.assertj.core.api.Assertions.assertThat;

class DemoTests {

	private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

	@Test
	void holdsAllItsStepsWithTheEmbeddedService() {
		int exitCode = demo();
		assertThat(output())
			.contains("✓ stored encrypted", "✓ service unreachable", "✓ unlock_front_door", "✓ set_blinds bedroom 100",
					"✓ chain verified", "✓ a forged copy is caught", "✓ accepted by the cloud",
					"refused: The consent was revoked", "✓ Every step held.")
			.doesNotContain("✗");
		assertThat(exitCode).isZero();
	}

	@Test
	void fitsInto80Columns() {
		demo();
		assertThat(output().lines().filter((line) -> !line.startsWith(" Files:")))
			.allSatisfy((line) -> assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(80));
	}

	@Test
	void holdsWithAServiceElsewhereAndRevokesOnlyItsOwnBundle() {
		try (GrantexSimulator service = GrantexSimulator.start()) {
			Agent agent = service.customer().registerAgent("agent", "read:sensors", "move:blinds", "send:alerts");
			String[] settings = { "--GRANTEX_BASE_URL=" + service.baseUrl(),
					"--GRANTEX_API_KEY=" + service.customer().apiKey(), "--GRANTEX_AGENT_ID=" + agent.id() };
			assertThat(demo(settings)).isZero();
			assertThat(demo(settings)).isZero();
			assertThat(service.bundles()).hasSize(2)
				.allSatisfy((bundle) -> assertThat(bundle.auditEntryCount()).isEqualTo(6))
				.allSatisfy((bundle) -> assertThat(bundle.grantRevoked()).isTrue());
		}
		assertThat(output()).contains("cannot be cut off").doesNotContain("service unreachable");
	}

	@Test
	void failsAtTheFirstStepThatDoesNotHold() {
		try (GrantexSimulator service = GrantexSimulator.start()) {
			Agent agent = service.customer().registerAgent("agent", "read:sensors", "move:blinds", "send:alerts");
			service.faults().respond(Route.SYNC, 503, "{}", 10);
			int exitCode = demo("--GRANTEX_BASE_URL=" + service.baseUrl(),
					"--GRANTEX_API_KEY=" + service.customer().apiKey(), "--GRANTEX_AGENT_ID=" + agent.id());
			assertThat(exitCode).isEqualTo(1);
		}
		assertThat(output()).contains("✓ chain verified", "✗ connection back").doesNotContain("evidence delivered");
	}

	@Test
	void saysWhatIsMissingWhenThereIsNoConsent() {
		try (GrantexSimulator service = GrantexSimulator.start()) {
			int exitCode = demo("--GRANTEX_BASE_URL=" + service.baseUrl(), "--GRANTEX_API_KEY=wrong",
					"--GRANTEX_AGENT_ID=ag_unknown");
			assertThat(exitCode).isEqualTo(1);
		}
		assertThat(output()).contains("✗ bundle issued");
	}

	private int demo(String... settings) {
		String[] args = new String[settings.length + 1];
		System.arraycopy(settings, 0, args, 1, settings.length);
		args[0] = Demo.OPTION;
		return Demo.run(SampleApplication.application(), args, new PrintStream(this.printed, true));
	}

	private String output() {
		return this.printed.toString(StandardCharsets.UTF_8);
	}

}
