package dev.grantex.gemma.sync;

import java.time.Clock;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.BundleMetadata;
import dev.grantex.gemma.cloud.BundlePage;
import dev.grantex.gemma.cloud.BundleQuery;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * When a bundle is asked for: where there is none that may be used, but neither after a
 * revocation nor after what may have been an attack, unless the operator allows it.
 */
final class IssuePolicy {

	private static final int PAGE_SIZE = 100;

	private final DeviceConsent consent;

	private final GrantexClient client;

	private final @Nullable String reissueAfter;

	private final Clock serviceClock;

	/**
	 * Creates a policy.
	 * @param reissueAfter the bundle after which the operator allows a new one
	 */
	IssuePolicy(DeviceConsent consent, GrantexClient client, @Nullable String reissueAfter, Clock serviceClock) {
		this.consent = consent;
		this.client = client;
		this.reissueAfter = reissueAfter;
		this.serviceClock = serviceClock;
	}

	/**
	 * Whether the device has no bundle that it may use.
	 */
	boolean isNeeded() {
		ConsentStatus status = this.consent.status();
		DenialReason denial = status.denial();
		ConsentBundle bundle = status.bundle();
		if (bundle == null) {
			// Its log could not be begun when the last one was issued: that is tried
			// again.
			return denial == DenialReason.NO_BUNDLE || (denial != null && denial.isLogFault());
		}
		if (denial == DenialReason.NOT_RUNNING) {
			return false;
		}
		if (this.consent.chain().stranding().isPresent()) {
			return true;
		}
		// A log that is in use, or may yet be written, must not be left behind unnoticed.
		if (denial != null && denial.isLogFault()) {
			return false;
		}
		return denial == DenialReason.REVOKED || denial == DenialReason.BUNDLE_MISMATCH
				|| bundle.isExpiredAt(this.serviceClock.instant());
	}

	/**
	 * Whether a bundle may be asked for. A stored bundle, which may be an older copy,
	 * does not speak for the newest one.
	 * @throws NewestBundleRevokedException if that was revoked, and the operator has not
	 * allowed one after it
	 */
	boolean isAllowed(BundleRequest request) {
		ConsentStatus status = this.consent.status();
		ConsentBundle bundle = status.bundle();
		if (bundle != null && needsOperator(status) && this.reissueAfter == null) {
			return false;
		}
		if (status.denial() == DenialReason.BUNDLE_UNKNOWN && status.stranding() == null && bundle != null
				&& isKnown(bundle.bundleId())) {
			return false;
		}
		Optional<BundleMetadata> newest = newest(request);
		if (newest.filter((last) -> isReissueAllowedAfter(last.id())).isPresent()) {
			return true;
		}
		if (bundle != null && needsOperator(status) && !isReissueAllowedAfter(bundle.bundleId())) {
			return false;
		}
		newest.filter(this::isRevoked).ifPresent((revoked) -> {
			throw new NewestBundleRevokedException(revoked.id());
		});
		return true;
	}

	/**
	 * Whether the operator allows a new bundle after this one.
	 */
	private boolean isReissueAllowedAfter(String bundleId) {
		return bundleId.equals(this.reissueAfter);
	}

	private boolean needsOperator(ConsentStatus status) {
		if (status.denial() == DenialReason.REVOKED) {
			return true;
		}
		Optional<StrandingReason> stranding = this.consent.chain().stranding();
		return stranding.filter(StrandingReason::isAttackPossible).isPresent()
				|| (stranding.isPresent() && isFruitless(status));
	}

	/**
	 * Whether nothing has been accepted of a chain that itself took the place of a
	 * stranded one: a further one would most likely fare no better.
	 */
	private static boolean isFruitless(ConsentStatus status) {
		ConsentStatus.Audit audit = status.audit();
		return status.predecessor() != null && (audit == null || audit.synchronizedThrough() == 0);
	}

	/**
	 * A chain is not given up for one answer.
	 */
	private boolean isKnown(String bundleId) {
		try {
			this.client.bundle(bundleId);
			this.consent.chain().markKnown();
			return true;
		}
		catch (GrantexAuthException ex) {
			if (ChainUpload.isUnknownBundle(ex)) {
				return false;
			}
			throw ex;
		}
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
