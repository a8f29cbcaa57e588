package dev.grantex.simulator;

/**
 * Everything the service had stored at one moment, to go back to as an operator goes back
 * to a backup.
 */
public final class SimulatorState {

	private final Tables tables;

	SimulatorState(Tables tables) {
		this.tables = tables;
	}

	Tables tables() {
		return this.tables;
	}

}
