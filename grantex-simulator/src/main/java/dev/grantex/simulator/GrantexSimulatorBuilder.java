package dev.grantex.simulator;

import java.net.URI;
import java.time.Clock;

import org.jspecify.annotations.Nullable;

/**
 * Settings of a service that is to be started.
 */
public final class GrantexSimulatorBuilder {

	int port;

	Clock clock = Clock.systemUTC();

	boolean rateLimits;

	@Nullable String issuer;

	@Nullable URI syncEndpointBase;

	@Nullable String apiKey;

	GrantexSimulatorBuilder() {
	}

	/**
	 * Sets the port.
	 * @param port a port, or 0 for any free one, which is the default
	 * @return this builder
	 */
	public GrantexSimulatorBuilder port(int port) {
		this.port = port;
		return this;
	}

	/**
	 * Sets the base clock.
	 * @param clock the clock that runs until the simulator's clock is set
	 * @return this builder
	 */
	public GrantexSimulatorBuilder clock(Clock clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * Sets the issuer that tokens name.
	 * @param issuer the issuer, by default the base URL
	 * @return this builder
	 */
	public GrantexSimulatorBuilder issuer(String issuer) {
		this.issuer = issuer;
		return this;
	}

	/**
	 * Sets the host that bundles name for the upload of entries.
	 * @param base the base URL, by default that of the service
	 * @return this builder
	 */
	public GrantexSimulatorBuilder syncEndpointBase(URI base) {
		this.syncEndpointBase = base;
		return this;
	}

	/**
	 * Switches the rate limits.
	 * @param on whether requests beyond the limits are refused, by default they are not
	 * @return this builder
	 */
	public GrantexSimulatorBuilder rateLimits(boolean on) {
		this.rateLimits = on;
		return this;
	}

	/**
	 * Sets the API key of the default customer.
	 * @param apiKey the key, by default a random one
	 * @return this builder
	 */
	public GrantexSimulatorBuilder apiKey(String apiKey) {
		this.apiKey = apiKey;
		return this;
	}

	/**
	 * Starts the service.
	 * @return the running service
	 */
	public GrantexSimulator start() {
		return new GrantexSimulator(this);
	}

}
