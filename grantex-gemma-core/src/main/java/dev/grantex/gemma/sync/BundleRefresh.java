package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.ApiUnreachableException;

/**
 * The call that refreshes a bundle, to prolong it or only to get a key that the service
 * takes. It is noted before it is made: when its answer is lost, the key that the service
 * has from then on is lost with it.
 */
final class BundleRefresh {

	private static final String BUNDLE_EXPIRED = "BUNDLE_EXPIRED";

	private static final String GRANT_INACTIVE = "GRANT_INACTIVE";

	private static final Set<String> REVOKED = Set.of("BUNDLE_REVOKED", GRANT_INACTIVE);

	/** What the service answers without having refreshed anything. */
	private static final Set<Integer> NOT_MADE = Set.of(401, 403, 404, 409);

	private final CycleClient client;

	private final Clock serviceClock;

	/** Answered, but not in place: without it the key would be lost. */
	private final Map<String, ConsentBundle> unstored = new HashMap<>();

	BundleRefresh(CycleClient client, Clock serviceClock) {
		this.client = client;
		this.serviceClock = serviceClock;
	}

	/**
	 * Whether a refresh is allowed that is only to get a key back.
	 */
	boolean isRepairAllowed(KeyedChain chain) {
		return chain.stranding() == null && chain.entries().isRefreshable()
				&& KeyRepairs.isAllowed(chain.bundle().state(), this.serviceClock.instant());
	}

	/**
	 * Prolongs the bundle.
	 * @param repair whether it counts as one that is only to get a key back
	 * @param urgent whether it is due even where an upload had no answer
	 */
	void prolong(KeyedChain chain, boolean repair, boolean urgent) {
		refresh(chain, repair, urgent);
	}

	/**
	 * Gets a key that the service takes, after it has refused the signature of an entry
	 * that is undamaged. If there is none to be had, the chain is stranded.
	 * @param refused the entry
	 */
	void repair(KeyedChain chain, long refused) {
		try {
			refresh(chain, true, false);
		}
		catch (GrantexAuthException ex) {
			if (isWithdrawn(ex) || BUNDLE_EXPIRED.equals(ex.code())) {
				chain.strand(StrandingReason.KEY_LOST, refused);
				throw new ChainStrandedException(StrandingReason.KEY_LOST, StrandingReason.KEY_LOST.code());
			}
			throw ex;
		}
	}

	private void refresh(KeyedChain chain, boolean repair, boolean urgent) {
		ConsentBundle answered = this.unstored.get(chain.bundle().bundleId());
		if (answered == null) {
			answered = call(chain, repair, urgent);
			this.unstored.put(answered.bundleId(), answered);
		}
		try {
			chain.refresh(answered);
		}
		catch (OfflineVerificationException | IllegalArgumentException ex) {
			this.unstored.remove(answered.bundleId());
			throw ex;
		}
		this.unstored.remove(answered.bundleId());
	}

	private ConsentBundle call(KeyedChain chain, boolean repair, boolean urgent) {
		this.client.requireRefresh(urgent);
		Instant now = this.serviceClock.instant();
		boolean pendingBefore = chain.isRefreshPending();
		if (repair) {
			chain.beginKeyRepair(now);
		}
		else {
			chain.beginRefresh();
		}
		try {
			return this.client.refresh(chain.bundle().bundleId(), urgent);
		}
		catch (GrantexGemmaException ex) {
			if (!pendingBefore && isCertainlyNotMade(ex)) {
				chain.confirmKey();
			}
			if (ex instanceof GrantexAuthException refused && isWithdrawn(refused)) {
				chain.revoked(GRANT_INACTIVE.equals(refused.code()));
			}
			throw ex;
		}
	}

	/**
	 * Whether a call was refused because the consent was withdrawn.
	 */
	static boolean isWithdrawn(GrantexAuthException refusal) {
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
