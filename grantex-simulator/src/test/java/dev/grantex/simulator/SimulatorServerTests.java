package dev.grantex.simulator;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SimulatorServerTests {

	@Test
	void printsWhatAClientNeeds() {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		String[] args = { "--port", "0", "--api-key", "key-from-the-command-line", "--agent-name", "assistant",
				"--scopes", "read:files,write:files" };
		try (GrantexSimulator simulator = SimulatorServer.start(args, new PrintStream(out))) {
			String[] lines = out.toString(StandardCharsets.UTF_8).split("\\R");
			assertThat(lines[0]).isEqualTo("base-url: " + simulator.baseUrl());
			assertThat(lines[1]).isEqualTo("api-key: key-from-the-command-line");
			String agentId = lines[2].substring("agent-id: ".length());
			String request = "{\"agentId\":\"" + agentId + "\",\"userId\":\"u\",\"scopes\":[\"write:files\"]}";
			assertThat(new TestClient(simulator).post("/v1/consent-bundles", request).status()).isEqualTo(201);
		}
	}

	@Test
	void refusesUnknownOptions() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> SimulatorServer.start(new String[] { "--colour", "red" }, System.out))
			.withMessageStartingWith("Usage:");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> SimulatorServer.start(new String[] { "--port" }, System.out));
	}

}
