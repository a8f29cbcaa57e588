package dev.grantex.simulator;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/**
 * One running simulator for the tests of a class, as new before each of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SimulatorFixture {

	GrantexSimulator simulator;

	TestClient client;

	Agent agent;

	private SimulatorState initial;

	@BeforeAll
	void startSimulator() {
		this.simulator = GrantexSimulator.start();
		this.client = new TestClient(this.simulator);
		this.agent = this.simulator.customer().registerAgent("agent", "read:contacts", "write:calendar", "send:email");
		this.initial = this.simulator.save();
	}

	@AfterEach
	void resetSimulator() {
		this.simulator.faults().clear();
		this.simulator.restore(this.initial);
		this.simulator.rateLimits(false);
		this.simulator.clock().reset();
		this.simulator.syncEndpointBase(this.simulator.baseUrl());
		this.simulator.clearRequests();
	}

	@AfterAll
	void stopSimulator() {
		this.simulator.close();
	}

	Device device() {
		return Device.withBundle(this.client, this.agent, List.of("read:contacts", "write:calendar"));
	}

}
