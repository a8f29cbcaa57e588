package dev.grantex.gemma.sync;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.OrphanedChain;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Orphan;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.BundleMetadata;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.consent.ChainStanding.LastAccepted;
import dev.grantex.gemma.consent.Losses;
import dev.grantex.gemma.consent.Orphans;

/**
 * Requests a bundle where the device needs one and may have one, and puts it in place: of
 * a chain that is delivered later on, of one that is given up, or of nothing. The chain
 * of a first bundle names what is lost: chains that cannot be delivered without their
 * bundles, and the newest bundle, if the device should have files of it and has none.
 */
final class BundleIssuer {

	private static final Log logger = LogFactory.getLog(BundleIssuer.class);

	private final DeviceConsent consent;

	private final BundleRepository repository;

	private final CycleClient client;

	private final IssuePolicy policy;

	private final ChainEnd chainEnd;

	/** What to ask for; nothing is asked for without it. */
	private final @Nullable BundleRequest request;

	private final Clock serviceClock;

	private final Consumer<Object> events;

	/** Issued, but not in place: no other is asked for before this one is. */
	private @Nullable ConsentBundle unstored;

	/** The newest one before that. */
	private Optional<BundleMetadata> former = Optional.empty();

	BundleIssuer(DeviceConsent consent, BundleRepository repository, CycleClient client, IssuePolicy policy,
			ChainEnd chainEnd, @Nullable BundleRequest request, Clock serviceClock, Consumer<Object> events) {
		this.consent = consent;
		this.repository = repository;
		this.client = client;
		this.policy = policy;
		this.chainEnd = chainEnd;
		this.request = request;
		this.serviceClock = serviceClock;
		this.events = events;
	}

	/**
	 * Whether there is no bundle that may be used, and one is to be asked for then as far
	 * as the device knows.
	 */
	boolean isNeeded() {
		return this.request != null && this.policy.isNeeded() && !this.policy.isLeftToOperator();
	}

	void run(CycleReport report) {
		BundleRequest request = this.request;
		// Asking whether it is allowed tells the service's time, by which it may turn out
		// that the stored bundle is good after all.
		if (request == null || !isDue(report) || !this.policy.isAllowed(request) || !isDue(report)) {
			return;
		}
		Optional<StrandingReason> stranding = this.consent.chain().stranding();
		// Without a bundle it is the search for orphans that found fault with the log.
		if (stranding.isPresent() && this.consent.bundle().isPresent()) {
			beginAnew(stranding.get(), request);
		}
		else {
			if (this.unstored == null) {
				this.former = this.policy.newest();
			}
			Losses losses = losses();
			this.consent.replace(issue(request), request, losses);
		}
		ConsentBundle issued = Objects.requireNonNull(this.unstored);
		this.unstored = null;
		report.issued();
		logger.info("The consent bundle " + issued.bundleId() + " was issued; it ends at " + issued.offlineExpiresAt());
		this.events.accept(new BundleIssued(issued.bundleId(), issued.offlineExpiresAt()));
	}

	/**
	 * A chain is given up only after what can be delivered of it was, and its last calls
	 * are recorded.
	 */
	private boolean isDue(CycleReport report) {
		boolean ready = this.consent.chain().stranding().isEmpty()
				|| (report.isUploadDone() && this.consent.chain().isSettled());
		return this.policy.isNeeded() && ready;
	}

	private void beginAnew(StrandingReason reason, BundleRequest request) {
		ConsentBundle former = this.consent.bundle().orElseThrow();
		LastAccepted accepted = this.chainEnd.of(former, this.consent.log().orElse(null), reason);
		this.consent.chain().beginAnew(issue(request), request, accepted);
		logger.warn("The chain of the consent bundle " + former.bundleId() + " cannot go on (" + reason.code()
				+ "); its files were archived, and a new chain names them");
	}

	private ConsentBundle issue(BundleRequest request) {
		ConsentBundle issued = this.unstored;
		if (issued == null || issued.isExpiredAt(this.serviceClock.instant())) {
			issued = this.client.createConsentBundle(request);
			this.unstored = issued;
		}
		return issued;
	}

	private Losses losses() {
		if (this.consent.bundle().isPresent()) {
			return Losses.NONE;
		}
		List<Orphans.Found> found = this.consent.orphans().found();
		List<Orphan> orphans = found.stream().filter(Orphans.Found::refused).map(BundleIssuer::orphan).toList();
		return new Losses(
				this.former.filter((newest) -> isNothingLeftOf(newest, found)).flatMap(this::erased).orElse(null),
				orphans);
	}

	private boolean isNothingLeftOf(BundleMetadata bundle, List<Orphans.Found> found) {
		return found.stream()
			.noneMatch((orphan) -> orphan.chain().grantId().equals(bundle.grantId())
					|| bundle.id().equals(orphan.bundleId()))
				&& this.repository.loadRetired((unreadable) -> {
					// Nobody can tell whose it is.
				}).stream().noneMatch((former) -> former.bundleId().equals(bundle.id()));
	}

	/**
	 * What it says of a bundle that can still be used, if the service has evidence of it.
	 */
	private Optional<Predecessor> erased(BundleMetadata newest) {
		BundleMetadata bundle = this.client.bundle(newest.id());
		boolean usable = !bundle.isRevoked() && this.serviceClock.instant().isBefore(bundle.offlineExpiresAt());
		return (usable && bundle.auditEntryCount() > 0 && !this.client.revocationStatus(bundle.id()).isWithdrawn())
				? Optional.of(Predecessor.erased(bundle.id(), bundle.auditEntryCount())) : Optional.empty();
	}

	private static Orphan orphan(Orphans.Found found) {
		OrphanedChain chain = found.chain();
		long accepted = Math.max(0, found.accepted());
		return new Orphan(chain.grantId(), new Predecessor(found.name(), StrandingReason.BUNDLE_MISSING, accepted,
				ChainEnd.provenHash(chain::open, accepted), chain.lastSequence(), chain.lastHash(), null, null));
	}

}
