package dev.grantex.gemma.sync;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OrphanedChain;
import dev.grantex.gemma.audit.ProvablePrefix;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.Orphan;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.BundleMetadata;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.consent.Losses;
import dev.grantex.gemma.consent.Orphans;

/**
 * What the chain of a first bundle has to name: chains that cannot be delivered without
 * their bundles, and the newest bundle, if the device should have files of it and has
 * none.
 */
final class LostEvidence {

	private final DeviceConsent consent;

	private final BundleRepository repository;

	private final CycleClient client;

	private final Clock serviceClock;

	LostEvidence(DeviceConsent consent, BundleRepository repository, CycleClient client, Clock serviceClock) {
		this.consent = consent;
		this.repository = repository;
		this.client = client;
		this.serviceClock = serviceClock;
	}

	/**
	 * Finds it out, where there is no current bundle.
	 * @param newest the newest bundle that the service knows for this device
	 */
	Losses find(Optional<BundleMetadata> newest) {
		if (this.consent.bundle().isPresent()) {
			return Losses.NONE;
		}
		List<Orphan> orphans = this.consent.orphans()
			.found()
			.stream()
			.filter(Orphans.Found::refused)
			.map(LostEvidence::orphan)
			.toList();
		return new Losses(newest.filter(this::isNothingLeftOf).flatMap(this::erased).orElse(null), orphans);
	}

	private boolean isNothingLeftOf(BundleMetadata bundle) {
		return this.consent.orphans()
			.found()
			.stream()
			.noneMatch((orphan) -> orphan.chain().grantId().equals(bundle.grantId())
					|| bundle.id().equals(orphan.bundleId()))
				&& this.repository.loadRetired((unreadable) -> {
					// Nobody can tell whose it is.
				}).stream().noneMatch((retired) -> retired.bundleId().equals(bundle.id()));
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
				hashAt(chain, accepted), chain.lastSequence(), chain.lastHash(), null, null));
	}

	private static @Nullable String hashAt(OrphanedChain chain, long sequence) {
		if (sequence == 0) {
			return null;
		}
		try (ProvablePrefix entries = chain.open(); Stream<SignedAuditEntry> from = entries.read(sequence)) {
			return from.findFirst().filter((entry) -> entry.seq() == sequence).map(SignedAuditEntry::hash).orElse(null);
		}
		catch (AuditLogException ex) {
			// It is what cannot be read that is given up.
			return null;
		}
	}

}
