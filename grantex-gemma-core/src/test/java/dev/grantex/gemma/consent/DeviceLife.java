package dev.grantex.gemma.consent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.disk.CrashStates;
import dev.grantex.gemma.disk.RecordingFileSystem;

/**
 * The life of a device on a disk that records it, and what the device acknowledged when.
 */
final class DeviceLife {

	private static final int MAX_ATTEMPTS = 4;

	private final RecordingFileSystem disk;

	private final Device device;

	private final Durability durability;

	private final GrantexClient service;

	private final TestClock clock;

	private final List<Acknowledged> acknowledged = new ArrayList<>();

	/**
	 * An entry that a call relied on.
	 *
	 * @param entry the entry
	 * @param operations after how many operations it was acknowledged
	 */
	record Acknowledged(SignedAuditEntry entry, int operations) {
	}

	DeviceLife(RecordingFileSystem disk, Device device, Durability durability, GrantexClient service, TestClock clock) {
		this.clock = clock;
		this.disk = disk;
		this.device = device.durability(durability);
		this.durability = durability;
		this.service = service;
	}

	/**
	 * Lives through everything that changes files. What fails is tried again.
	 */
	DeviceLife live() {
		this.device.open();
		replace();
		calls(6);
		markSynchronized(4);
		calls(2);
		refresh();
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
		Map<String, Integer> forced = states
			.durableAfter(this.acknowledged.stream().map((entry) -> entry.entry().signature()).toList());
		return this.acknowledged.stream().map((entry) -> {
			int durable = forced.get(entry.entry().signature());
			if (this.durability == Durability.FSYNC && durable > entry.operations()) {
				throw new AssertionError("Acknowledged before it was forced: " + entry.entry().seq());
			}
			return new Acknowledged(entry.entry(), Math.max(durable, entry.operations()));
		}).toList();
	}

	/**
	 * A bundle whose name could not be forced may be in place all the same, and is found
	 * there when another cycle begins.
	 */
	private void replace() {
		ConsentBundle issued = this.service.createConsentBundle(this.device.request());
		attempt(() -> {
			this.device.consent().reopen();
			Optional<String> current = this.device.consent().bundle().map(ConsentBundle::bundleId);
			if (!current.equals(Optional.of(issued.bundleId()))) {
				this.device.consent().replace(issued, this.device.request());
			}
		});
	}

	private void refresh() {
		attempt(() -> this.device.consent().auditKey().begin());
		attempt(() -> this.device.consent().auditKey().refresh(this.service.refresh(this.device.bundle().bundleId())));
	}

	private void calls(int count) {
		for (int i = 0; i < count; i++) {
			attempt(() -> acknowledge(this.device.call("tool")));
		}
	}

	private void replaceDuringACall() {
		try (CallDecision decision = this.device.consent().decide()) {
			attempt(() -> acknowledge(decision.recordIntent("tool:late", decision.grant(), Map.of())));
			replace();
			attempt(() -> acknowledge(decision.recordOutcome("tool:late", decision.grant(), "success", Map.of())));
		}
	}

	private void markSynchronized(long sequence) {
		attempt(() -> this.device.log().markSynchronized(sequence));
	}

	private void deliverRetired() {
		ConsentBundle former = this.device.repository().loadRetired().get(0);
		attempt(() -> {
			try (OfflineAuditLog log = this.device.openRetired(former)) {
				log.markSynchronized(log.headSequence());
			}
		});
		attempt(() -> this.device.repository().deleteRetired(former.bundleId()));
	}

	private void attempt(Runnable step) {
		for (int attempt = 1;; attempt++) {
			try {
				step.run();
				return;
			}
			catch (GrantexGemmaException ex) {
				if (attempt == MAX_ATTEMPTS) {
					throw ex;
				}
				this.clock.advance(Duration.ofSeconds(10));
			}
		}
	}

	private void acknowledge(SignedAuditEntry entry) {
		this.acknowledged.add(new Acknowledged(entry, this.disk.operationCount()));
	}

}
