package dev.grantex.gemma.sync;

import java.util.Optional;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * The order of the steps in a cycle. A revocation is learned before anything else is done
 * under the consent, and so is that the log is older than what the service has of it;
 * evidence is delivered before a refresh changes the key it is signed with.
 */
final class SyncSteps {

	private final DeviceConsent consent;

	private final RevocationCheck revocations;

	private final FirstContact firstContact;

	private final RetiredBundles retired;

	private final CurrentUpload current;

	private final BundleRefresher refresher;

	private final BundleIssuer issuer;

	private final ChainUploads uploads;

	SyncSteps(DeviceConsent consent, RevocationCheck revocations, FirstContact firstContact, ChainUploads uploads,
			RetiredBundles retired, CurrentUpload current, BundleRefresher refresher, BundleIssuer issuer) {
		this.consent = consent;
		this.revocations = revocations;
		this.firstContact = firstContact;
		this.uploads = uploads;
		this.retired = retired;
		this.current = current;
		this.refresher = refresher;
		this.issuer = issuer;
	}

	void cycle(CycleReport report) {
		this.consent.reopen();
		this.uploads.nextCycle();
		long head = this.consent.log().map(OfflineAuditLog::headSequence).orElse(0L);
		report.attempt(SyncStep.STATUS, this.consent::settle);
		if (report.attempt(SyncStep.STATUS, this::askForStatus)) {
			report.attempt(SyncStep.STATUS, this.firstContact::run);
		}
		report.attempt(SyncStep.UPLOAD, () -> this.retired.run(report));
		report.attempt(SyncStep.UPLOAD, this.revocations::finishChain);
		report.attempt(SyncStep.UPLOAD, () -> this.current.run(report));
		report.uploaded();
		if (report.isUploadDone()) {
			report.attempt(SyncStep.STATUS, this.revocations::eraseKey);
		}
		report.attempt(SyncStep.REFRESH, () -> this.refresher.run(isUploadedThrough(head), report));
		issue(report);
	}

	void issue(CycleReport report) {
		if (this.issuer.isNeeded() && isCompared(report)) {
			report.attempt(SyncStep.ISSUE, () -> this.issuer.run(report));
		}
	}

	/**
	 * Whether the log is no older copy: a bundle in its place would hide that it was one.
	 */
	private boolean isCompared(CycleReport report) {
		return this.firstContact.isMade()
				|| (report.attempt(SyncStep.ISSUE, this.firstContact::run) && this.firstContact.isMade());
	}

	private void askForStatus() {
		try {
			this.revocations.run();
			this.consent.chain().markKnown();
		}
		catch (GrantexAuthException ex) {
			if (ChainUpload.isUnknownBundle(ex)) {
				this.consent.chain().markUnknown();
			}
			throw ex;
		}
	}

	private boolean isUploadedThrough(long head) {
		Optional<OfflineAuditLog> log = this.consent.log();
		return log.isEmpty() || log.get().synchronizedThrough() >= head;
	}

}
