package dev.grantex.gemma.consent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.grantex.simulator.Agent;
import dev.grantex.simulator.GrantexSimulator;
import dev.grantex.simulator.SimulatorState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.GrantexClient;

/**
 * One running service for the tests of a class, as new before each of them, and a device
 * whose clock agrees with it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ServiceFixture {

	protected static final List<String> SCOPES = List.of("read:sensor", "move:actuator");

	protected final TestClock clock = new TestClock();

	protected GrantexSimulator simulator;

	protected Agent agent;

	protected GrantexClient client;

	protected Path directory;

	protected BundleRequest request;

	private final List<AutoCloseable> closing = new ArrayList<>();

	private SimulatorState initial;

	@BeforeAll
	void startService() {
		this.simulator = GrantexSimulator.builder().clock(this.clock).start();
		this.agent = this.simulator.customer().registerAgent("assistant", "read:sensor", "move:actuator", "alert");
		this.client = GrantexClient.builder()
			.baseUrl(this.simulator.baseUrl())
			.apiKey(this.simulator.customer().apiKey())
			.build();
		this.initial = this.simulator.save();
		this.request = request(SCOPES);
	}

	@BeforeEach
	void resetService(@TempDir Path directory) {
		this.directory = directory;
		startAnew();
	}

	/**
	 * Takes time and service back to how they are before each test.
	 */
	protected void startAnew() {
		this.clock.set(TestClock.START);
		this.simulator.restore(this.initial);
		this.simulator.clearRequests();
	}

	@AfterEach
	void closeDevices() throws Exception {
		this.simulator.faults().clear();
		this.simulator.clock().reset();
		this.simulator.rateLimits(false);
		this.simulator.syncEndpointBase(this.simulator.baseUrl());
		// What was made last may still use what was made before.
		while (!this.closing.isEmpty()) {
			this.closing.remove(this.closing.size() - 1).close();
		}
	}

	@AfterAll
	void stopService() {
		this.client.close();
		this.simulator.close();
	}

	protected BundleRequest request(List<String> scopes) {
		return new BundleRequest(this.agent.id(), "user_1", scopes, "72h", "device-1", "linux");
	}

	/**
	 * A device without a bundle, switched on.
	 */
	protected Device emptyDevice() {
		return closeAfterTest(new Device(this.directory, this.clock, this.request)).open();
	}

	/**
	 * A device with a bundle, switched on.
	 */
	protected Device device() {
		Device device = emptyDevice();
		device.consent().replace(issue(), this.request);
		return device;
	}

	protected ConsentBundle issue() {
		return this.client.createConsentBundle(this.request);
	}

	protected <T extends AutoCloseable> T closeAfterTest(T closeable) {
		this.closing.add(closeable);
		return closeable;
	}

}
