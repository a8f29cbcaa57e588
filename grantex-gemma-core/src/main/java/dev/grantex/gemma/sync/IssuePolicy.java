package dev.grantex.gemma.sync;

import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.BundleMetadata;
import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.consent.Orphans;
import dev.grantex.gemma.consent.StateTable.NewBundle;
import dev.grantex.gemma.sync.SyncProblem.Kind;

/**
 * When a bundle is asked for: where there is none that may be used, but neither after a
 * revocation nor after what may have been an attack, unless the operator allows it.
 */
final class IssuePolicy {

	private final DeviceConsent consent;

	private final CycleClient client;

	private final BundleSearch search;

	/** The bundles after which the operator allows a new one. */
	private final Set<String> reissueAfter;

	private final Clock serviceClock;

	private Optional<BundleMetadata> newest = Optional.empty();

	IssuePolicy(DeviceConsent consent, CycleClient client, Set<String> reissueAfter, Clock serviceClock) {
		this.consent = consent;
		this.client = client;
		this.search = new BundleSearch(client);
		this.reissueAfter = reissueAfter;
		this.serviceClock = serviceClock;
	}

	boolean isNeeded() {
		ConsentStatus status = this.consent.status();
		DenialReason denial = status.denial();
		ConsentBundle bundle = status.bundle();
		NewBundle when = (denial != null) ? denial.row().newBundle() : NewBundle.ONCE_ENDED;
		if (when == NewBundle.NEVER) {
			return false;
		}
		if (bundle == null) {
			return denial != null && denial.row().vacant();
		}
		if (this.consent.chain().stranding().isPresent()) {
			return true;
		}
		// A log that is in use, or may yet be written, must not be left behind unnoticed.
		if (denial != null && denial.isLogFault()) {
			return false;
		}
		return when != NewBundle.ONCE_ENDED || bundle.isExpiredAt(this.serviceClock.instant());
	}

	/**
	 * Whether only the operator could allow a bundle, and has said nothing.
	 */
	boolean isLeftToOperator() {
		return needsOperator(this.consent.status()) && this.reissueAfter.isEmpty();
	}

	/**
	 * Whether a bundle may be asked for. A stored bundle, which may be an older copy,
	 * does not speak for the newest one.
	 * @throws StepException if that was revoked, and the operator has not allowed one
	 * after it
	 */
	boolean isAllowed(BundleRequest request) {
		if (isLeftToOperator()) {
			return false;
		}
		ConsentStatus status = this.consent.status();
		ConsentBundle bundle = status.bundle();
		if (bundle == null && !areOrphansSettled()) {
			return false;
		}
		if (status.denial() == DenialReason.BUNDLE_UNKNOWN && status.stranding() == null && bundle != null
				&& isKnown(bundle.bundleId())) {
			return false;
		}
		// Deleting local files must not undo a revocation.
		this.newest = this.search.newest(request.agentId(), (known) -> request.userId().equals(known.userId())
				&& Objects.equals(request.deviceId(), known.deviceId()));
		if (this.newest.filter((last) -> this.reissueAfter.contains(last.id())).isPresent()) {
			return true;
		}
		if (bundle != null && needsOperator(status) && !this.reissueAfter.contains(bundle.bundleId())) {
			return false;
		}
		this.newest.filter(this::isRevoked).ifPresent((revoked) -> {
			throw new StepException("The newest bundle of this agent, user and device was revoked", Kind.WITHDRAWN,
					"newest_bundle_revoked", revoked.id());
		});
		return true;
	}

	/**
	 * The newest bundle that the service knew for this device when it was asked last
	 * whether another one is allowed.
	 */
	Optional<BundleMetadata> newest() {
		return this.newest;
	}

	/**
	 * Whether evidence without its bundle was delivered, or the operator allows to give
	 * up what cannot be.
	 */
	private boolean areOrphansSettled() {
		Orphans orphans = this.consent.orphans();
		return orphans.areJudged() && orphans.found().stream().filter(Orphans.Found::refused).allMatch(this::isGivenUp);
	}

	/**
	 * The grant stands for a bundle that no seal names.
	 */
	private boolean isGivenUp(Orphans.Found orphan) {
		boolean byGrant = orphan.chain().sealedBundleId() == null
				&& this.reissueAfter.contains(orphan.chain().grantId());
		return byGrant || this.reissueAfter.contains(orphan.name());
	}

	private boolean needsOperator(ConsentStatus status) {
		DenialReason denial = status.denial();
		if (denial != null && !denial.isLogFault() && denial.row().newBundle() == NewBundle.OPERATOR) {
			return true;
		}
		if (status.bundle() == null) {
			return false;
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
		boolean known = this.client.find(bundleId).isPresent();
		if (known) {
			this.consent.chain().markKnown();
		}
		return known;
	}

	/**
	 * The list does not tell of a revoked grant, only the status does.
	 */
	private boolean isRevoked(BundleMetadata bundle) {
		try {
			return bundle.isRevoked() || this.client.revocationStatus(bundle.id()).isWithdrawn();
		}
		catch (GrantexAuthException ex) {
			if (CycleClient.isUnknownBundle(ex)) {
				this.search.forget();
			}
			throw ex;
		}
	}

}
