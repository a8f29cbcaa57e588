package dev.grantex.gemma.sync;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.LogInUseException;
import dev.grantex.gemma.audit.OrphanedChain;
import dev.grantex.gemma.audit.ProvablePrefix;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.AuditRejectedException;
import dev.grantex.gemma.cloud.BundleMetadata;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.consent.Orphans;

/**
 * Finds out what the service has of chains whose bundles are gone, and delivers the rest
 * as it is signed. What their seals say of that counts for nothing, except for entries
 * that are gone.
 */
final class OrphanDelivery {

	private static final Log logger = LogFactory.getLog(OrphanDelivery.class);

	/**
	 * How many chains the service is asked about in a cycle: whoever can put files into
	 * the directory must not use up the limit of its look-ups.
	 */
	static final int MAX_ASKED = 20;

	private static final String AGENT = "did:grantex:";

	private final DeviceConsent consent;

	private final CycleClient client;

	private final ChainUploads uploads;

	private final Consumer<Object> events;

	/** By the grant. */
	private final Map<String, BundleSearch> searches = new HashMap<>();

	/** How often refused chains were asked about, so that each has its turn. */
	private int turn;

	OrphanDelivery(DeviceConsent consent, CycleClient client, ChainUploads uploads, Consumer<Object> events) {
		this.consent = consent;
		this.client = client;
		this.uploads = uploads;
		this.events = events;
	}

	void run(CycleReport report) {
		Orphans orphans = this.consent.orphans();
		if (report.attempt(SyncStep.UPLOAD, orphans::find)) {
			due(orphans.found())
				.forEach((orphan) -> report.attempt(SyncStep.UPLOAD, orphan.name(), () -> judge(orphan, report)));
			report.attempt(SyncStep.UPLOAD, orphans::settle);
			this.consent.log().ifPresent((log) -> log.noteAccepted(accepted(orphans)));
		}
	}

	/**
	 * Those of which it is not known yet what becomes of them come first.
	 */
	private List<Orphans.Found> due(List<Orphans.Found> found) {
		List<Orphans.Found> due = new ArrayList<>(found.stream()
			.filter((orphan) -> !orphan.isDelivered() && !orphan.refused())
			.limit(MAX_ASKED)
			.toList());
		List<Orphans.Found> refused = new ArrayList<>(found.stream().filter(Orphans.Found::refused).toList());
		Collections.rotate(refused, -this.turn);
		int again = Math.min(refused.size(), MAX_ASKED - due.size());
		this.turn = (refused.size() > again) ? (this.turn + again) % refused.size() : 0;
		due.addAll(refused.subList(0, again));
		return due;
	}

	private static Map<String, Long> accepted(Orphans orphans) {
		return orphans.found()
			.stream()
			.filter(Orphans.Found::isDelivered)
			.collect(Collectors.toMap((orphan) -> orphan.chain().grantId(), Orphans.Found::accepted));
	}

	private void judge(Orphans.Found orphan, CycleReport report) {
		try {
			Orphans.Found judged = this.consent.orphans().note(judged(orphan, report));
			if (judged.refused()) {
				refused(judged, !orphan.refused());
			}
		}
		catch (LogInUseException ex) {
			if (this.consent.bundle().isEmpty()) {
				// Who only holds the lock would hide the chain from the next bundle.
				throw ex;
			}
			logger.debug("A log has a chain open whose bundle is not stored here", ex);
			this.consent.orphans().forget(orphan);
		}
	}

	private Orphans.Found judged(Orphans.Found orphan, CycleReport report) {
		Optional<BundleMetadata> bundle = bundleOf(orphan.chain());
		if (bundle.isEmpty()) {
			return new Orphans.Found(orphan.chain(), orphan.chain().sealedBundleId(), -1, true);
		}
		long accepted = bundle.get().auditEntryCount();
		// It was refused with just this, and would be again.
		boolean known = orphan.refused() && orphan.accepted() == accepted;
		Orphans.Found counted = this.consent.orphans()
			.note(new Orphans.Found(orphan.chain(), bundle.get().id(), accepted, known));
		return (counted.isDelivered() || known) ? counted : deliver(counted, bundle.get(), report);
	}

	/**
	 * The bundle of a chain as the service knows it now, if it does: the one that the
	 * chain's seal names, if that has the entries' grant, else the one that the service
	 * lists for the grant.
	 * @throws CallPausedException if the search goes on in the next cycle
	 */
	private Optional<BundleMetadata> bundleOf(OrphanedChain chain) {
		return Optional.ofNullable(chain.sealedBundleId())
			.flatMap(this::find)
			.filter((bundle) -> bundle.grantId().equals(chain.grantId()))
			.or(() -> listed(chain).flatMap((bundle) -> find(bundle.id())));
	}

	private Optional<BundleMetadata> find(String bundleId) {
		try {
			return this.client.find(bundleId);
		}
		catch (IllegalArgumentException ex) {
			// Whatever stands in a seal that nobody can verify, or in a list.
			return Optional.empty();
		}
	}

	private Optional<BundleMetadata> listed(OrphanedChain chain) {
		String agent = chain.agentDid();
		if (agent == null || !agent.startsWith(AGENT)) {
			return Optional.empty();
		}
		return this.searches.computeIfAbsent(chain.grantId(), (grant) -> new BundleSearch(this.client))
			.newest(agent.substring(AGENT.length()), (bundle) -> bundle.grantId().equals(chain.grantId()));
	}

	private Orphans.Found deliver(Orphans.Found orphan, BundleMetadata bundle, CycleReport report) {
		try (ProvablePrefix opened = orphan.chain().open()) {
			ChainEntries entries = ChainEntries.asSigned(opened, orphan.accepted());
			try {
				deliver(new OrphanChain(bundle, entries, this.events), report);
			}
			finally {
				orphan = new Orphans.Found(orphan.chain(), bundle.id(), entries.position(), false);
				this.consent.orphans().note(orphan);
			}
		}
		if (orphan.isDelivered()) {
			logger.info("What was left of the consent bundle " + bundle.id() + ", which is gone, was delivered");
			return orphan;
		}
		return new Orphans.Found(orphan.chain(), bundle.id(), orphan.accepted(), true);
	}

	/**
	 * Delivers what the service takes.
	 * @throws RuntimeException if it could take more later
	 */
	private void deliver(OrphanChain chain, CycleReport report) {
		try {
			this.uploads.deliver(chain, report);
		}
		catch (GrantexGemmaException ex) {
			if (!chain.refused && !(ex instanceof AuditRejectedException)) {
				throw ex;
			}
			logger.debug("The service does not take all of a chain whose bundle is gone", ex);
		}
	}

	/**
	 * While there is a current bundle nothing depends on it, so it is told once.
	 */
	private void refused(Orphans.Found orphan, boolean first) {
		if (first) {
			logger.warn("Evidence of the consent bundle " + orphan.name() + " is on this device without the bundle: "
					+ orphan.undelivered() + " entries cannot be delivered");
			this.events.accept(new ChainStranded(orphan.name(), StrandingReason.BUNDLE_MISSING,
					Math.max(0, orphan.accepted()) + 1));
		}
		if (first || this.consent.bundle().isEmpty()) {
			throw StepException.stranded(StrandingReason.BUNDLE_MISSING);
		}
	}

	/**
	 * A chain whose bundle is gone, as it is delivered. There is nowhere to remember what
	 * the service answers, so it is asked again after each start.
	 */
	private static final class OrphanChain extends DeliveredChain {

		private static final BundleState UNKNOWN = new BundleState(null, List.of(), false, null);

		private final @Nullable String deviceId;

		/** Whether the service was found not to take the rest. */
		private boolean refused;

		OrphanChain(BundleMetadata bundle, ChainEntries entries, Consumer<Object> events) {
			super(bundle.id(), entries, events);
			this.deviceId = bundle.deviceId();
		}

		@Override
		BundleState state() {
			return UNKNOWN;
		}

		@Override
		@Nullable String deviceId() {
			return this.deviceId;
		}

		@Override
		void revoked(boolean grantRevoked) {
			this.refused = true;
		}

		@Override
		void unknown() {
			this.refused = true;
		}

		@Override
		void rememberStranding(StrandingReason reason, @Nullable Long sequence) {
			this.refused = true;
		}

	}

}
