package dev.grantex.gemma.sync;

import java.util.Optional;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * The order of the steps in a cycle. A revocation is learned before anything else is done
 * under the consent; evidence is delivered before a refresh changes the key it is signed
 * with, unless the service's key has changed already.
 */
final class SyncSteps {

	private final DeviceConsent consent;

	private final RevocationCheck revocations;

	private final EvidenceUploader uploader;

	private final BundleRefresher refresher;

	private final BundleIssuer issuer;

	SyncSteps(DeviceConsent consent, RevocationCheck revocations, EvidenceUploader uploader, BundleRefresher refresher,
			BundleIssuer issuer) {
		this.consent = consent;
		this.revocations = revocations;
		this.uploader = uploader;
		this.refresher = refresher;
		this.issuer = issuer;
	}

	void cycle(CycleReport report) {
		this.consent.reopen();
		long head = this.consent.log().map(OfflineAuditLog::headSequence).orElse(0L);
		report.attempt(SyncStep.STATUS, this.revocations::run);
		report.attempt(SyncStep.REFRESH, () -> this.refresher.resume(report));
		report.attempt(SyncStep.UPLOAD, () -> this.uploader.uploadRetired(report));
		report.attempt(SyncStep.UPLOAD, () -> this.uploader.uploadCurrent(report));
		report.uploaded();
		report.attempt(SyncStep.STATUS, this.revocations::eraseKey);
		report.attempt(SyncStep.REFRESH, () -> this.refresher.run(isUploadedThrough(head), report));
		issue(report);
	}

	void issue(CycleReport report) {
		report.attempt(SyncStep.ISSUE, () -> this.issuer.run(report));
	}

	private boolean isUploadedThrough(long head) {
		Optional<OfflineAuditLog> log = this.consent.log();
		return log.isEmpty() || log.get().synchronizedThrough() >= head;
	}

}
