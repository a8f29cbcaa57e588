package dev.grantex.gemma.sync;

import java.time.Clock;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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

	private static final Log logger = LogFactory.getLog(IssuePolicy.class);

	private static final int PAGE_SIZE = 100;

	private final DeviceConsent consent;

	private final GrantexClient client;

	private final @Nullable String reissueAfter;

	private final Clock serviceClock;

	/** The revoked bundle that was told of. */
	private @Nullable String told;

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
		if (stranding(status).isPresent()) {
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
	 * Why the current chain must be given up for a new one, if so.
	 */
	Optional<StrandingReason> stranding() {
		return stranding(this.consent.status());
	}

	/**
	 * Whether a bundle may be asked for. A stored bundle, which may be an older copy,
	 * does not speak for the newest one.
	 */
	boolean isAllowed(BundleRequest request) {
		ConsentStatus status = this.consent.status();
		ConsentBundle bundle = status.bundle();
		if (bundle != null && needsOperator(status) && !isReissueAllowedAfter(bundle.bundleId())) {
			return false;
		}
		if (status.denial() == DenialReason.BUNDLE_UNKNOWN && bundle != null && isKnown(bundle.bundleId())) {
			return false;
		}
		Optional<BundleMetadata> revoked = newest(request)
			.filter((newest) -> !isReissueAllowedAfter(newest.id()) && isRevoked(newest));
		revoked.ifPresent((newest) -> tell(newest.id()));
		return revoked.isEmpty();
	}

	/**
	 * Whether the operator allows a new bundle after this one.
	 */
	boolean isReissueAllowedAfter(String bundleId) {
		return bundleId.equals(this.reissueAfter);
	}

	/**
	 * Without a bundle on the device nothing else tells its id to who may allow a new
	 * one.
	 */
	private void tell(String revoked) {
		if (!revoked.equals(this.told)) {
			this.told = revoked;
			logger.warn("The newest consent bundle of this device, " + revoked + ", was revoked; a new one is requested"
					+ " only if grantex.gemma.bundle.reissue-after is set to that id");
		}
	}

	private static boolean needsOperator(ConsentStatus status) {
		if (status.denial() == DenialReason.REVOKED) {
			return true;
		}
		Optional<StrandingReason> stranding = stranding(status);
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

	private static Optional<StrandingReason> stranding(ConsentStatus status) {
		return Optional.ofNullable(status.stranding())
			.map((stranding) -> stranding.reason())
			.or(() -> Optional.ofNullable(status.denial()).flatMap(DenialReason::stranding));
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
