package dev.grantex.gemma.sync;

import java.time.Duration;
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

	private final CycleClient client;

	private final RevocationCheck revocations;

	private final FirstContact firstContact;

	private final RetiredBundles retired;

	private final OrphanDelivery orphans;

	private final CurrentUpload current;

	private final BundleRefresher refresher;

	private final BundleIssuer issuer;

	private final ChainUploads uploads;

	private final AnsweredTimes times;

	SyncSteps(DeviceConsent consent, CycleClient client, AnsweredTimes times, RevocationCheck revocations,
			FirstContact firstContact, ChainUploads uploads, RetiredBundles retired, OrphanDelivery orphans,
			CurrentUpload current, BundleRefresher refresher, BundleIssuer issuer) {
		this.consent = consent;
		this.client = client;
		this.times = times;
		this.revocations = revocations;
		this.firstContact = firstContact;
		this.uploads = uploads;
		this.retired = retired;
		this.orphans = orphans;
		this.current = current;
		this.refresher = refresher;
		this.issuer = issuer;
	}

	void cycle(CycleReport report) {
		this.client.beginCycle(CallTime.UNLIMITED);
		this.consent.reopen();
		this.uploads.nextCycle();
		long head = this.consent.log().map(OfflineAuditLog::headSequence).orElse(0L);
		report.attempt(SyncStep.STATUS, this.consent::settle);
		report.attempt(SyncStep.STATUS, this.consent::keepBundle);
		if (report.attempt(SyncStep.STATUS, this::askForStatus)) {
			report.attempt(SyncStep.STATUS, this.firstContact::run);
			confirmTime(report);
		}
		report.attempt(SyncStep.UPLOAD, () -> this.retired.run(report));
		this.orphans.run(report);
		deliver(report);
		if (report.isUploadDone()) {
			report.attempt(SyncStep.STATUS, this.revocations::eraseKey);
		}
		report.attempt(SyncStep.REFRESH, () -> this.refresher.run(isUploadedThrough(head), report));
		this.times.reconsider();
		requestBundle(report);
		if (report.problems().isEmpty()) {
			report.attempt(SyncStep.STATUS, this.client::requireAnyCall);
			report.attempt(SyncStep.UPLOAD, this.current::requireCounted);
		}
	}

	/**
	 * Requests a bundle if one is needed, and does nothing else.
	 */
	void issue(CycleReport report) {
		this.client.beginCycle(CallTime.UNLIMITED);
		judgeOrphans(report);
		requestBundle(report);
	}

	/**
	 * The same, and where the chain at hand can no longer grow what must come before.
	 * @param time how long all of it may take
	 */
	void issueWithin(CallTime time, CycleReport report) {
		this.client.beginCycle(time);
		if (this.consent.chain().stranding().isPresent() && this.issuer.isNeeded()) {
			deliver(report);
		}
		judgeOrphans(report);
		requestBundle(report);
	}

	/**
	 * How long it is until the service can be asked again for what it has asked to wait
	 * with, if there is something.
	 */
	Optional<Duration> untilPauseEnds() {
		return this.client.untilPauseEnds();
	}

	/**
	 * How long it is until the service can be asked for anything again, if it has asked
	 * to wait with everything.
	 */
	Optional<Duration> untilAnyCall() {
		return this.client.untilAnyCall();
	}

	private void deliver(CycleReport report) {
		report.attempt(SyncStep.UPLOAD, this.revocations::finishChain);
		report.attempt(SyncStep.UPLOAD, () -> this.current.run(report));
		report.attempt(SyncStep.UPLOAD, () -> this.consent.log().ifPresent(OfflineAuditLog::checkFiles));
		report.uploaded();
	}

	/**
	 * A first bundle is requested only when it is known what becomes of evidence that is
	 * left without its own.
	 */
	private void judgeOrphans(CycleReport report) {
		if (this.consent.bundle().isEmpty()) {
			this.orphans.run(report);
		}
	}

	private void requestBundle(CycleReport report) {
		if (this.issuer.isNeeded() && isCompared(report)) {
			report.attempt(SyncStep.ISSUE, () -> this.issuer.run(report));
			this.times.reconsider();
		}
	}

	/**
	 * Asks a second time where the answers' time is in doubt, as far as it matters: it
	 * neither ends a pause nor a revocation.
	 */
	private void confirmTime(CycleReport report) {
		if (this.times.isInDoubt() && this.client.mayLookUp() && this.consent.bundle().isPresent()
				&& this.consent.status().revocation() == null) {
			report.attempt(SyncStep.STATUS, () -> {
				this.times.awaitConfirmable();
				askForStatus();
			});
		}
	}

	/**
	 * Whether the log is no older copy: a bundle in its place would hide that it was one.
	 */
	private boolean isCompared(CycleReport report) {
		return this.firstContact.isMade()
				|| (report.attempt(SyncStep.ISSUE, () -> compare(report)) && this.firstContact.isMade());
	}

	private void compare(CycleReport report) {
		try {
			this.firstContact.run();
		}
		catch (GrantexAuthException ex) {
			if (!ChainUpload.isUnknownBundle(ex)) {
				throw ex;
			}
			// The bundle at hand is not found, not what a new one is requested with.
			report.failed(SyncStep.STATUS, null, ex);
		}
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
