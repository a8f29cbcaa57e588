package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Renews the current bundle before it ends: the same grant and chain under a new token,
 * snapshot and audit key.
 */
final class BundleRefresher {

	private static final Log logger = LogFactory.getLog(BundleRefresher.class);

	private static final Set<String> REVOKED = Set.of("BUNDLE_REVOKED", "GRANT_INACTIVE");

	private final DeviceConsent consent;

	private final GrantexClient client;

	private final Clock serviceClock;

	private final double threshold;

	private final RevocationCheck revocations;

	private final Consumer<Object> events;

	BundleRefresher(DeviceConsent consent, GrantexClient client, Clock serviceClock, double threshold,
			RevocationCheck revocations, Consumer<Object> events) {
		this.consent = consent;
		this.client = client;
		this.serviceClock = serviceClock;
		this.threshold = threshold;
		this.revocations = revocations;
		this.events = events;
	}

	/**
	 * Refreshes the bundle if an earlier refresh was begun and its answer may have been
	 * lost: the service then verifies with a key that this device does not have.
	 */
	void resume(CycleReport report) {
		this.consent.bundle()
			.filter((bundle) -> mayRefresh() && isPending(bundle) && !bundle.isExpiredAt(this.serviceClock.instant()))
			.ifPresent((bundle) -> refresh(bundle, report));
	}

	/**
	 * Refreshes the bundle if it is due and that was not tried in this cycle already.
	 * @param uploadedToHead whether the service has the chain as it was at the cycle's
	 * start: what is not uploaded has to be signed again after a refresh
	 */
	void run(boolean uploadedToHead, CycleReport report) {
		Optional<ConsentBundle> bundle = this.consent.bundle();
		if (bundle.isPresent() && mayRefresh() && isDue(bundle.get(), uploadedToHead)) {
			refresh(bundle.get(), report);
		}
	}

	private boolean mayRefresh() {
		DenialReason denial = this.consent.status().denial();
		return this.consent.log().isPresent() && denial != DenialReason.REVOKED
				&& denial != DenialReason.BUNDLE_MISMATCH;
	}

	private boolean isDue(ConsentBundle bundle, boolean uploadedToHead) {
		Instant now = notBefore(bundle.checkpointAt(), this.serviceClock.instant());
		if (bundle.isExpiredAt(now) || isPending(bundle)) {
			return false;
		}
		return !bundle.jwksSnapshot().isValidAt(now)
				|| bundle.isDueForRefreshAt(now, uploadedToHead ? this.threshold : this.threshold / 2);
	}

	private static boolean isPending(ConsentBundle bundle) {
		BundleState state = bundle.state();
		return state != null && state.refreshPending();
	}

	/**
	 * The service's time is known to the second only, its checkpoint to the millisecond.
	 */
	private static Instant notBefore(Instant checkpoint, Instant now) {
		return now.isBefore(checkpoint) ? checkpoint : now;
	}

	private void refresh(ConsentBundle bundle, CycleReport report) {
		this.consent.auditKey().begin();
		try {
			ConsentBundle refreshed = this.client.refresh(bundle.bundleId());
			this.consent.auditKey().refresh(refreshed);
			report.refreshed();
			logger.info("The consent bundle " + refreshed.bundleId() + " was refreshed; it ends at "
					+ refreshed.offlineExpiresAt());
			this.events.accept(new BundleRefreshed(refreshed.bundleId(), refreshed.offlineExpiresAt()));
		}
		catch (GrantexAuthException ex) {
			if (ex.code() != null && REVOKED.contains(ex.code())) {
				this.revocations.revoke(null, "GRANT_INACTIVE".equals(ex.code()));
				return;
			}
			throw ex;
		}
	}

}
