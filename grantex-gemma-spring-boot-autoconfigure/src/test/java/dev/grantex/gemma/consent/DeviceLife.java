package dev.grantex.gemma.consent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.disk.CrashStates;
import dev.grantex.gemma.disk.RecordingFileSystem;

/**
 * The life of a device on a disk that records it, and what the device acknowledged when.
 */
final class DeviceLife {

	private final RecordingFileSystem disk;

	private final Device device;

	private final Durability durability;

	private final GrantexClient service;

	private final List<Acknowledged> acknowledged = new ArrayList<>();

	/**
	 * An entry that a call relied on.
	 *
	 * @param entry the entry
	 * @param operations after how many operations it was acknowledged
	 */
	record Acknowledged(SignedAuditEntry entry, int operations) {
	}

	DeviceLife(RecordingFileSystem disk, Device device, Durability durability, GrantexClient service) {
		this.disk = disk;
		this.device = device.durability(durability);
		this.durability = durability;
		this.service = service;
	}

	/**
	 * Lives through everything that changes files.
	 */
	DeviceLife live() {
		this.device.open();
		this.device.consent().replace(issue(), request());
		calls(6);
		this.device.log().markSynchronized(4);
		calls(2);
		this.device.consent().beginRefresh();
		this.device.consent().refresh(this.service.refresh(this.device.bundle().bundleId()));
		calls(5);
		this.device.restart();
		calls(2);
		replaceDuringACall();
		calls(5);
		this.device.restart();
		calls(1);
		deliverRetired();
		this.device.close();
		return this;
	}

	/**
	 * What losses of power in this life could have left.
	 */
	CrashStates crashStates(long seed) {
		return this.disk.crashStates(seed);
	}

	/**
	 * The entries that must survive a loss of power, by after how many operations that
	 * holds: what was acknowledged when it was only left to the operating system must do
	 * so from when it was forced.
	 */
	List<Acknowledged> durable(CrashStates states) {
		return this.acknowledged.stream().map((entry) -> {
			int forced = states.durableAfter(entry.entry().hash());
			if (this.durability == Durability.FSYNC && forced > entry.operations()) {
				throw new AssertionError("Acknowledged before it was forced: " + entry.entry().seq());
			}
			return new Acknowledged(entry.entry(), Math.max(forced, entry.operations()));
		}).toList();
	}

	private void calls(int count) {
		Stream.generate(() -> "tool").limit(count).map(this.device::call).forEach(this::acknowledge);
	}

	private void replaceDuringACall() {
		try (CallDecision decision = this.device.consent().decide()) {
			this.device.consent().replace(issue(), request());
			acknowledge(decision.recordOutcome("tool:late", decision.grant(), "success", Map.of()));
		}
	}

	private void deliverRetired() {
		ConsentBundle former = this.device.repository().loadRetired().get(0);
		try (OfflineAuditLog log = this.device.openRetired(former)) {
			log.markSynchronized(log.headSequence());
		}
		this.device.repository().deleteRetired(former.bundleId());
	}

	private void acknowledge(SignedAuditEntry entry) {
		this.acknowledged.add(new Acknowledged(entry, this.disk.operationCount()));
	}

	private ConsentBundle issue() {
		return this.service.createConsentBundle(request());
	}

	private BundleRequest request() {
		return this.device.request();
	}

}
