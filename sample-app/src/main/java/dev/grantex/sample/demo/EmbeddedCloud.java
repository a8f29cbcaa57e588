package dev.grantex.sample.demo;

import java.util.List;

import dev.grantex.simulator.GrantexSimulator;

/**
 * The service inside the application, which the demo can look into and cut off.
 */
final class EmbeddedCloud implements Cloud {

	private final GrantexSimulator service;

	EmbeddedCloud(GrantexSimulator service) {
		this.service = service;
	}

	@Override
	public boolean cutConnection() {
		this.service.faults().unreachable();
		return true;
	}

	@Override
	public void restoreConnection() {
		this.service.faults().reachable();
	}

	@Override
	public List<String> acceptedHashes(String bundleId) {
		return this.service.auditEntries(bundleId).stream().map((entry) -> entry.path("hash").asString()).toList();
	}

	@Override
	public void revoke(String bundleId) {
		this.service.revokeBundle(bundleId, true);
	}

}
