package dev.grantex.gemma.sync;

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

	private final AnsweredTimes times;

	private final UploadCalls calls;

	private final CurrentBundle current;

	private final FormerBundles former;

	private final OrphanDelivery orphans;

	private final BundleRefresh refresh;

	private final BundleIssuer issuer;

	SyncSteps(DeviceConsent consent, CycleClient client, AnsweredTimes times, UploadCalls calls, CurrentBundle current,
			FormerBundles former, OrphanDelivery orphans, BundleRefresh refresh, BundleIssuer issuer) {
		this.consent = consent;
		this.client = client;
		this.times = times;
		this.calls = calls;
		this.current = current;
		this.former = former;
		this.orphans = orphans;
		this.refresh = refresh;
		this.issuer = issuer;
	}

	void cycle(CycleReport report) {
		this.client.beginCycle(CallTime.UNLIMITED);
		this.consent.reopen();
		this.calls.nextCycle();
		long head = this.consent.log().map(OfflineAuditLog::headSequence).orElse(0L);
		report.attempt(SyncStep.STATUS, this.consent::settle);
		report.attempt(SyncStep.STATUS, this.consent::keepBundle);
		if (report.attempt(SyncStep.STATUS, this.current::askForStatus)) {
			report.attempt(SyncStep.STATUS, this.current::compare);
			confirmTime(report);
		}
		report.attempt(SyncStep.UPLOAD, () -> this.former.run(report));
		this.orphans.run(report);
		deliver(report);
		if (report.isUploadDone()) {
			report.attempt(SyncStep.STATUS, this.consent.auditKey()::erase);
		}
		report.attempt(SyncStep.REFRESH, () -> this.current.chain()
			.ifPresent((chain) -> this.refresh.refreshIfDue(chain, chain.entries().position() >= head, report)));
		this.times.reconsider();
		requestBundle(report);
		if (report.isSuccessful()) {
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

	private void deliver(CycleReport report) {
		report.attempt(SyncStep.UPLOAD, this.current::finishChain);
		report.attempt(SyncStep.UPLOAD, () -> this.current.deliver(report));
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
				this.current.askForStatus();
			});
		}
	}

	/**
	 * Whether the log is no older copy: a bundle in its place would hide that it was one.
	 */
	private boolean isCompared(CycleReport report) {
		return this.current.isCompared()
				|| (report.attempt(SyncStep.ISSUE, () -> compare(report)) && this.current.isCompared());
	}

	private void compare(CycleReport report) {
		try {
			this.current.compare();
		}
		catch (GrantexAuthException ex) {
			if (!CycleClient.isUnknownBundle(ex)) {
				throw ex;
			}
			// The bundle at hand is not found, not what a new one is requested with.
			report.failed(SyncStep.STATUS, null, ex);
		}
	}

}
