package dev.grantex.gemma.sync;

import java.util.List;

import dev.grantex.simulator.RecordedRequest;
import dev.grantex.simulator.Route;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.ServiceFixture;

/**
 * A service, and a device that synchronizes with it.
 */
abstract class SyncFixture extends ServiceFixture {

	protected static final JsonMapper JSON = JsonMapper.shared();

	/**
	 * A device without a bundle.
	 */
	protected SyncDevice emptySyncDevice() {
		return closeAfterTest(new SyncDevice(emptyDevice(), this.clock, this.simulator.baseUrl(),
				this.simulator.customer().apiKey()));
	}

	/**
	 * A device with a bundle; the requests so far are forgotten.
	 */
	protected SyncDevice syncDevice() {
		SyncDevice device = emptySyncDevice();
		device.device().consent().replace(issue(), this.request);
		this.simulator.clearRequests();
		return device;
	}

	/**
	 * What the service has of a bundle's chain.
	 */
	protected List<String> hashesAtService(String bundleId) {
		return this.simulator.auditEntries(bundleId).stream().map((entry) -> entry.get("hash").stringValue()).toList();
	}

	/**
	 * What the device has of its current chain.
	 */
	protected static List<String> hashes(SyncDevice device) {
		try (var entries = device.device().log().read(1)) {
			return entries.map(SignedAuditEntry::hash).toList();
		}
	}

	protected List<Route> routes() {
		return this.simulator.requests().stream().map(RecordedRequest::route).toList();
	}

	protected List<Integer> batchSizes() {
		return this.simulator.requests(Route.SYNC)
			.stream()
			.map((request) -> JSON.readTree(request.body()).get("entries").size())
			.toList();
	}

	protected List<JsonNode> batches() {
		return this.simulator.requests(Route.SYNC).stream().map((request) -> JSON.readTree(request.body())).toList();
	}

	protected String bundleId(SyncDevice device) {
		return device.device().bundle().bundleId();
	}

	/**
	 * Moves the time of device and service to when a share of the bundle's life is left.
	 */
	protected void leaveShare(ConsentBundle bundle, double share) {
		long life = bundle.offlineExpiresAt().toEpochMilli() - bundle.checkpointAt().toEpochMilli();
		this.clock.set(bundle.offlineExpiresAt().minusMillis((long) (life * share)));
	}

}
