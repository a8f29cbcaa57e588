package dev.grantex.sample.demo;

import java.util.List;

import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.cloud.SyncedAuditEntry;

/**
 * A service elsewhere, reached through its API. The demo cannot cut it off.
 */
final class RemoteCloud implements Cloud {

	private final GrantexClient client;

	RemoteCloud(GrantexClient client) {
		this.client = client;
	}

	@Override
	public boolean cutConnection() {
		return false;
	}

	@Override
	public void restoreConnection() {
		// It was never cut.
	}

	@Override
	public List<String> acceptedHashes(String bundleId) {
		return this.client.auditEntries(bundleId).stream().map(SyncedAuditEntry::hash).toList();
	}

	@Override
	public void revoke(String bundleId) {
		this.client.revoke(bundleId, true);
	}

}
