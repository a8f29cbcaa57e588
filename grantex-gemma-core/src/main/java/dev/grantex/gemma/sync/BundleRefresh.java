package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.ApiUnreachableException;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Refreshes bundles: the current one before it ends, and any whose chain needs a key that
 * the service takes. Grant and chain stay the same; token, snapshot and audit key are
 * new. A refresh is noted before it is made: when its answer is lost, the key that the
 * service has from then on is lost with it.
 */
final class BundleRefresh {

	private static final String BUNDLE_EXPIRED = "BUNDLE_EXPIRED";

	private static final String GRANT_INACTIVE = "GRANT_INACTIVE";

	private static final Set<String> REVOKED = Set.of("BUNDLE_REVOKED", GRANT_INACTIVE);

	/** What the service answers without having refreshed anything. */
	private static final Set<Integer> NOT_MADE = Set.of(401, 403, 404, 409);

	/**
	 * How often a day a bundle is refreshed only to get a key: seldom enough that two
	 * devices with the same bundle, or a service that takes no key at all, do not keep
	 * refreshing for ever.
	 */
	private static final int MOST_REPAIRS = 3;

	private final DeviceConsent consent;

	private final CycleClient client;

	private final Clock serviceClock;

	/** The share of its life time under which the current bundle is refreshed. */
	private final double threshold;

	/** Answered, but not in place: without it the key would be lost. */
	private final Map<String, ConsentBundle> unstored = new HashMap<>();

	BundleRefresh(DeviceConsent consent, CycleClient client, Clock serviceClock, double threshold) {
		this.consent = consent;
		this.client = client;
		this.serviceClock = serviceClock;
		this.threshold = threshold;
	}

	/**
	 * Refreshes the current bundle if it is due and that was not tried in this cycle
	 * already.
	 * @param uploadedToHead whether the service has the chain as it was at the cycle's
	 * start: what is not uploaded has to be signed again after a refresh
	 */
	void refreshIfDue(CurrentChain chain, boolean uploadedToHead, CycleReport report) {
		if (!mayRefresh(chain) || report.isRefreshBegun()) {
			return;
		}
		ConsentBundle bundle = chain.bundle();
		Instant now = this.serviceClock.instant();
		if (now.isBefore(bundle.checkpointAt())) {
			// The service's time is known to the second only, this to the millisecond.
			now = bundle.checkpointAt();
		}
		boolean urgent = isUrgent(bundle, now);
		boolean repair = !urgent && chain.state().refreshPending();
		boolean due = urgent || (uploadedToHead && bundle.isDueForRefreshAt(now, this.threshold));
		if (due && (!repair || isRepairAllowed(chain))) {
			prolong(chain, repair, urgent, report);
		}
	}

	private boolean mayRefresh(CurrentChain chain) {
		DenialReason denial = this.consent.status().denial();
		return (denial == null || denial.row().refreshed()) && chain.state().stranding() == null
				&& !chain.bundle().isExpiredAt(this.serviceClock.instant());
	}

	/**
	 * Whether the refresh can wait for nothing any more, not even for an upload that has
	 * no answer.
	 */
	private boolean isUrgent(ConsentBundle bundle, Instant now) {
		return !bundle.jwksSnapshot().isValidAt(now) || bundle.isDueForRefreshAt(now, this.threshold / 2);
	}

	private void prolong(CurrentChain chain, boolean repair, boolean urgent, CycleReport report) {
		try {
			refresh(chain, repair, urgent, report);
		}
		catch (GrantexAuthException ex) {
			// By then the consent is revoked, which is no failure of the refresh.
			if (!isWithdrawn(ex)) {
				throw ex;
			}
		}
	}

	boolean isRepairAllowed(DeliveredChain chain) {
		BundleState state = chain.state();
		return state.stranding() == null && chain.entries().log() != null
				&& state.keyRepairsInTheDayBefore(this.serviceClock.instant()).size() < MOST_REPAIRS;
	}

	/**
	 * Gets a key that the service takes, after it has refused the signature of an entry
	 * that is undamaged. If there is none to be had, the chain is stranded.
	 * @param refused the entry
	 */
	void repair(DeliveredChain chain, long refused, CycleReport report) {
		try {
			refresh(chain, true, false, report);
		}
		catch (GrantexAuthException ex) {
			if (isWithdrawn(ex) || BUNDLE_EXPIRED.equals(ex.code())) {
				chain.strand(StrandingReason.KEY_LOST, refused);
				throw StepException.stranded(StrandingReason.KEY_LOST);
			}
			throw ex;
		}
	}

	private void refresh(DeliveredChain chain, boolean repair, boolean urgent, CycleReport report) {
		if (chain.isCurrent()) {
			report.refreshBegun();
		}
		String bundleId = chain.bundleId();
		ConsentBundle answered = this.unstored.get(bundleId);
		if (answered == null) {
			answered = call(chain, repair, urgent);
			this.unstored.put(bundleId, answered);
		}
		try {
			chain.refresh(answered);
		}
		catch (OfflineVerificationException | IllegalArgumentException ex) {
			this.unstored.remove(bundleId);
			throw ex;
		}
		this.unstored.remove(bundleId);
		if (chain.isCurrent()) {
			report.refreshed();
		}
	}

	private ConsentBundle call(DeliveredChain chain, boolean repair, boolean urgent) {
		this.client.requireRefresh(urgent);
		boolean pendingBefore = chain.state().refreshPending();
		chain.beginRefresh(repair ? this.serviceClock.instant() : null);
		try {
			return this.client.refresh(chain.bundleId(), urgent);
		}
		catch (GrantexGemmaException ex) {
			if (!pendingBefore && isCertainlyNotMade(ex)) {
				chain.confirmKey();
			}
			if (ex instanceof GrantexAuthException refused) {
				tellIfWithdrawn(refused, chain);
			}
			throw ex;
		}
	}

	static void tellIfWithdrawn(GrantexAuthException refusal, DeliveredChain chain) {
		if (isWithdrawn(refusal)) {
			chain.revoked(GRANT_INACTIVE.equals(refusal.code()));
		}
	}

	private static boolean isWithdrawn(GrantexAuthException refusal) {
		return refusal.statusCode() == 409 && refusal.code() != null && REVOKED.contains(refusal.code());
	}

	private static boolean isCertainlyNotMade(GrantexGemmaException failure) {
		if (failure instanceof ApiUnreachableException unreachable) {
			return switch (unreachable.reason()) {
				case UNKNOWN_HOST, NOT_CONNECTED, CERTIFICATE_NOT_YET_VALID -> true;
				// An encrypted connection can also fail after the request was sent.
				case TLS, TIMEOUT, CONNECTION_LOST, INTERRUPTED, CLOSED -> false;
			};
		}
		return failure instanceof CallPausedException
				|| failure instanceof GrantexAuthException refused && NOT_MADE.contains(refused.statusCode());
	}

}
