package dev.grantex.simulator;

/**
 * The service's presence on its port.
 */
interface Connectivity {

	void connect();

	void disconnect();

}
