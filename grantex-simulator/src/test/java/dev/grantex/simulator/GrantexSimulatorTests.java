package dev.grantex.simulator;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GrantexSimulatorTests {

	@Test
	void servesTheWholeLifeOfABundle() {
		try (GrantexSimulator simulator = GrantexSimulator.start()) {
			Agent agent = simulator.customer().registerAgent("assistant", "read:contacts", "write:calendar");
			TestClient client = new TestClient(simulator);
			Device device = Device.withBundle(client, agent, List.of("read:contacts"));
			TestClient.Result synced = device.sync(device.append(3));
			assertThat(synced.text()).contains("\"accepted\":3");
			assertThat(device.refresh().status()).isEqualTo(200);
			assertThat(device.sync(device.append(2)).status()).isEqualTo(200);
			assertThat(device.revoke(true).status()).isEqualTo(200);
			assertThat(device.sync(device.append(1)).json().get("revocationStatus").stringValue()).isEqualTo("revoked");
			assertThat(simulator.auditEntries(device.bundleId())).hasSize(6);
		}
	}

}
