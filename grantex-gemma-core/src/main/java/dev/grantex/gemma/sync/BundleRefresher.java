package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Renews the current bundle before it ends: the same grant and chain under a new token,
 * snapshot and audit key.
 */
final class BundleRefresher {

	private final DeviceConsent consent;

	private final CurrentUpload current;

	private final BundleRefresh refresh;

	private final Clock serviceClock;

	private final double threshold;

	BundleRefresher(DeviceConsent consent, CurrentUpload current, BundleRefresh refresh, Clock serviceClock,
			double threshold) {
		this.consent = consent;
		this.current = current;
		this.refresh = refresh;
		this.serviceClock = serviceClock;
		this.threshold = threshold;
	}

	/**
	 * Refreshes the bundle if it is due and that was not tried in this cycle already.
	 * @param uploadedToHead whether the service has the chain as it was at the cycle's
	 * start: what is not uploaded has to be signed again after a refresh
	 */
	void run(boolean uploadedToHead, CycleReport report) {
		Optional<CurrentChain> chain = this.current.chain();
		if (chain.isEmpty() || !mayRefresh(chain.get()) || report.isRefreshBegun()) {
			return;
		}
		ConsentBundle bundle = chain.get().bundle();
		Instant now = notBefore(bundle.checkpointAt(), this.serviceClock.instant());
		if (isUrgent(bundle, now)) {
			refresh(chain.get(), false, true, report);
		}
		else if (uploadedToHead && bundle.isDueForRefreshAt(now, this.threshold)) {
			boolean repair = chain.get().isRefreshPending();
			if (!repair || this.refresh.isRepairAllowed(chain.get())) {
				refresh(chain.get(), repair, false, report);
			}
		}
	}

	private boolean mayRefresh(CurrentChain chain) {
		DenialReason denial = this.consent.status().denial();
		return (denial == null || denial.row().refreshed()) && chain.stranding() == null
				&& !chain.bundle().isExpiredAt(this.serviceClock.instant());
	}

	/**
	 * Whether the refresh can wait for nothing any more.
	 */
	private boolean isUrgent(ConsentBundle bundle, Instant now) {
		return !bundle.jwksSnapshot().isValidAt(now) || bundle.isDueForRefreshAt(now, this.threshold / 2);
	}

	/**
	 * The service's time is known to the second only, its checkpoint to the millisecond.
	 */
	private static Instant notBefore(Instant checkpoint, Instant now) {
		return now.isBefore(checkpoint) ? checkpoint : now;
	}

	private void refresh(CurrentChain chain, boolean repair, boolean urgent, CycleReport report) {
		report.refreshBegun();
		try {
			this.refresh.prolong(chain, repair, urgent);
			report.refreshed();
		}
		catch (GrantexAuthException ex) {
			// By then the consent is revoked, which is no failure of the refresh.
			if (!BundleRefresh.isWithdrawn(ex)) {
				throw ex;
			}
		}
	}

}
