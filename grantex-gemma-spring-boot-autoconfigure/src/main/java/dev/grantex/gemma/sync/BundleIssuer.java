package dev.grantex.gemma.sync;

import java.time.Clock;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.BundleMetadata;
import dev.grantex.gemma.cloud.BundlePage;
import dev.grantex.gemma.cloud.BundleQuery;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Requests a bundle where the device has none that it may use, unless the consent was
 * withdrawn.
 */
final class BundleIssuer {

	private static final Log logger = LogFactory.getLog(BundleIssuer.class);

	private static final int PAGE_SIZE = 100;

	private final DeviceConsent consent;

	private final GrantexClient client;

	private final @Nullable BundleRequest request;

	private final @Nullable String reissueAfter;

	private final Clock serviceClock;

	private final Consumer<Object> events;

	/** Issued, but not in place: no other is asked for before this one is. */
	private @Nullable ConsentBundle unstored;

	/**
	 * Creates an issuer.
	 * @param request what to ask for; nothing is asked for without it
	 * @param reissueAfter the revoked bundle after which the operator allows a new one
	 */
	BundleIssuer(DeviceConsent consent, GrantexClient client, @Nullable BundleRequest request,
			@Nullable String reissueAfter, Clock serviceClock, Consumer<Object> events) {
		this.consent = consent;
		this.client = client;
		this.request = request;
		this.reissueAfter = reissueAfter;
		this.serviceClock = serviceClock;
		this.events = events;
	}

	void run(CycleReport report) {
		BundleRequest request = this.request;
		// Asking whether it is allowed tells the service's time, by which it may turn out
		// that the stored bundle is good after all.
		if (request == null || !isNeeded() || !isAllowed(request) || !isNeeded()) {
			return;
		}
		ConsentBundle issued = this.unstored;
		if (issued == null || issued.isExpiredAt(this.serviceClock.instant())) {
			issued = this.client.createConsentBundle(request);
		}
		this.unstored = issued;
		this.consent.replace(issued, request);
		this.unstored = null;
		report.issued();
		logger.info("The consent bundle " + issued.bundleId() + " was issued; it ends at " + issued.offlineExpiresAt());
		this.events.accept(new BundleIssued(issued.bundleId(), issued.offlineExpiresAt()));
	}

	private boolean isNeeded() {
		DenialReason denial = this.consent.status().denial();
		Optional<ConsentBundle> bundle = this.consent.bundle();
		if (bundle.isEmpty()) {
			// Its log could not be begun when the last one was issued: that is tried
			// again.
			return denial == DenialReason.NO_BUNDLE || (denial != null && denial.isLogFault());
		}
		// A log that is damaged or in use must not be left behind unnoticed.
		if (denial == DenialReason.NOT_RUNNING || (denial != null && denial.isLogFault())) {
			return false;
		}
		return denial == DenialReason.REVOKED || denial == DenialReason.BUNDLE_MISMATCH
				|| bundle.get().isExpiredAt(this.serviceClock.instant());
	}

	/**
	 * A stored bundle, which may be an older copy, does not speak for the newest one.
	 */
	private boolean isAllowed(BundleRequest request) {
		boolean revoked = this.consent.status().denial() == DenialReason.REVOKED;
		if (revoked && this.consent.bundle().filter((bundle) -> isReissueAllowedAfter(bundle.bundleId())).isEmpty()) {
			return false;
		}
		return newest(request).filter((newest) -> !isReissueAllowedAfter(newest.id()) && isRevoked(newest)).isEmpty();
	}

	private boolean isReissueAllowedAfter(String bundleId) {
		return bundleId.equals(this.reissueAfter);
	}

	/**
	 * The newest bundle of this agent, user and device: deleting local files must not
	 * undo a revocation.
	 */
	private Optional<BundleMetadata> newest(BundleRequest request) {
		String cursor = null;
		do {
			BundlePage page = this.client.bundles(new BundleQuery(null, request.agentId(), PAGE_SIZE, cursor));
			Optional<BundleMetadata> newest = page.bundles()
				.stream()
				.filter((bundle) -> request.userId().equals(bundle.userId())
						&& Objects.equals(request.deviceId(), bundle.deviceId()))
				.max(Comparator.comparing(BundleMetadata::createdAt));
			if (newest.isPresent()) {
				return newest;
			}
			cursor = page.nextCursor();
		}
		while (cursor != null);
		return Optional.empty();
	}

	/**
	 * The list does not tell of a revoked grant, only the status does.
	 */
	private boolean isRevoked(BundleMetadata bundle) {
		return bundle.isRevoked() || this.client.revocationStatus(bundle.id()).isWithdrawn();
	}

}
