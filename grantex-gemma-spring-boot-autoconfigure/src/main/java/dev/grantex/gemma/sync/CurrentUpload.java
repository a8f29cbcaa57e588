package dev.grantex.gemma.sync;

import java.util.Optional;
import java.util.function.Consumer;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Delivers the evidence of the current bundle.
 */
final class CurrentUpload {

	private final DeviceConsent consent;

	private final ChainUploads uploads;

	private final RevocationCheck revocations;

	private final Consumer<Object> events;

	CurrentUpload(DeviceConsent consent, ChainUploads uploads, RevocationCheck revocations, Consumer<Object> events) {
		this.consent = consent;
		this.uploads = uploads;
		this.revocations = revocations;
		this.events = events;
	}

	/**
	 * Delivers the current chain as far as it reaches now.
	 */
	void run(CycleReport report) {
		if (!report.isUploadOver()) {
			chain().ifPresent((chain) -> this.uploads.deliver(chain, report));
		}
	}

	/**
	 * The current chain, if its log is open.
	 */
	Optional<CurrentChain> chain() {
		Optional<OfflineAuditLog> log = this.consent.log();
		return (this.consent.bundle().isPresent() && log.isPresent())
				? Optional.of(new CurrentChain(this.consent, new LogEntries(log.get()), this.revocations, this.events))
				: Optional.empty();
	}

}
