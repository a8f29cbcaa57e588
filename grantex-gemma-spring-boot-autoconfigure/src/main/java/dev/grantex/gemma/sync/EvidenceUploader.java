package dev.grantex.gemma.sync;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.cloud.SyncBatch;
import dev.grantex.gemma.cloud.SyncResponse;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Delivers evidence the service does not have yet, that of older bundles first.
 */
final class EvidenceUploader {

	private final DeviceConsent consent;

	private final BundleRepository repository;

	private final AuditLogs logs;

	private final GrantexClient client;

	private final int batchSize;

	private final RevocationCheck revocations;

	EvidenceUploader(DeviceConsent consent, BundleRepository repository, AuditLogs logs, GrantexClient client,
			int batchSize, RevocationCheck revocations) {
		this.consent = consent;
		this.repository = repository;
		this.logs = logs;
		this.client = client;
		this.batchSize = batchSize;
		this.revocations = revocations;
	}

	/**
	 * Delivers what replaced bundles left behind, and forgets those that are drained.
	 */
	void uploadRetired(CycleReport report) {
		Optional<String> current = this.consent.bundle().map(ConsentBundle::bundleId);
		List<ConsentBundle> retired = this.repository
			.loadRetired((unreadable) -> report.failed(SyncStep.UPLOAD, null, unreadable));
		for (ConsentBundle bundle : retired) {
			// A crash in the middle of a replacement leaves the current one there too.
			boolean replaced = !current.equals(Optional.of(bundle.bundleId()));
			if (replaced && !report.isRateLimited(SyncStep.UPLOAD)) {
				report.attempt(SyncStep.UPLOAD, bundle.bundleId(), () -> drain(bundle, report));
			}
		}
	}

	private void drain(ConsentBundle bundle, CycleReport report) {
		if (this.consent.readLeavingChain(bundle.bundleId(), (log) -> uploadRetired(bundle, log, report))) {
			return;
		}
		try (OfflineAuditLog log = this.logs.of(bundle).openRetired()) {
			uploadRetired(bundle, log, report);
		}
		this.repository.deleteRetired(bundle.bundleId());
	}

	/**
	 * Whether that bundle was revoked says nothing about the current one.
	 */
	private void uploadRetired(ConsentBundle bundle, OfflineAuditLog log, CycleReport report) {
		upload(bundle, log, report, (answer) -> {
		});
	}

	/**
	 * Delivers the current chain as far as it reaches now.
	 */
	void uploadCurrent(CycleReport report) {
		Optional<ConsentBundle> bundle = this.consent.bundle();
		Optional<OfflineAuditLog> log = this.consent.log();
		if (bundle.isPresent() && log.isPresent() && !report.isRateLimited(SyncStep.UPLOAD)) {
			upload(bundle.get(), log.get(), report, (answer) -> {
				if (answer.revoked()) {
					this.revocations.revoke(answer.revokedAt(), true);
				}
			});
		}
	}

	private void upload(ConsentBundle bundle, OfflineAuditLog log, CycleReport report, Consumer<SyncResponse> answers) {
		long accepted = log.synchronizedThrough();
		long head = log.headSequence();
		if (accepted >= head) {
			return;
		}
		try (DueEntries entries = new DueEntries(log, accepted + 1, head)) {
			while (accepted < head) {
				SyncBatch batch = entries.nextBatch(bundle,
						(head - accepted > this.batchSize) ? SyncBatch.MAX_ENTRIES : this.batchSize);
				SyncResponse response = this.client.syncAudit(batch, bundle.syncEndpoint());
				if (response.accepted() != batch.size()) {
					throw new PartlyAcceptedException();
				}
				accepted += batch.size();
				log.markSynchronized(accepted);
				report.accepted(batch.size());
				answers.accept(response);
			}
		}
	}

}
