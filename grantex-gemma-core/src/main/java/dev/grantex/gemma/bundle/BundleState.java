package dev.grantex.gemma.bundle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the device itself must remember about a bundle, in secret and across restarts. It
 * is kept with the bundle as extra JSON members, which the existing packages ignore.
 *
 * @param request what the bundle was asked for
 * @param auditKeys every public key of the bundle's chain, oldest first
 * @param refreshPending whether the service may have another audit key than the device: a
 * refresh was begun, and the service has accepted nothing under the present key since
 * @param revocation set once the bundle was revoked, for good
 * @param stranding set once the bundle's chain can no longer grow on the service
 * @param predecessor the chain that this bundle's chain takes the place of
 * @param keyRepairs when refreshes were begun lately only to get a key back, oldest first
 * @param orphans further chains, whose bundles were gone, that this bundle's chain names
 */
public record BundleState(@Nullable BundleRequest request, List<AuditPublicKey> auditKeys, boolean refreshPending,
		@Nullable Revocation revocation, @Nullable Stranding stranding, @Nullable Predecessor predecessor,
		List<Instant> keyRepairs, List<Orphan> orphans) {

	private static final Duration REPAIRS_KEPT = Duration.ofHours(24);

	public BundleState {
		auditKeys = List.copyOf(auditKeys);
		keyRepairs = List.copyOf(keyRepairs);
		orphans = List.copyOf(orphans);
	}

	/**
	 * The state of a bundle that no chain was stranded before.
	 */
	public BundleState(@Nullable BundleRequest request, List<AuditPublicKey> auditKeys, boolean refreshPending,
			@Nullable Revocation revocation) {
		this(request, auditKeys, refreshPending, revocation, null, null, List.of(), List.of());
	}

	/**
	 * The state of a bundle whose chain names no chains without bundles.
	 */
	public BundleState(@Nullable BundleRequest request, List<AuditPublicKey> auditKeys, boolean refreshPending,
			@Nullable Revocation revocation, @Nullable Stranding stranding, @Nullable Predecessor predecessor,
			List<Instant> keyRepairs) {
		this(request, auditKeys, refreshPending, revocation, stranding, predecessor, keyRepairs, List.of());
	}

	/**
	 * The state of a bundle that begins its chain with its present audit key.
	 * @param request what the bundle was asked for, if that is known
	 */
	public static BundleState initial(ConsentBundle bundle, @Nullable BundleRequest request) {
		return new BundleState(request, List.of(new AuditPublicKey(bundle.offlineAuditKey().publicKey(), 1)), false,
				null);
	}

	public BundleState withRefreshPending(boolean refreshPending) {
		return new BundleState(this.request, this.auditKeys, refreshPending, this.revocation, this.stranding,
				this.predecessor, this.keyRepairs, this.orphans);
	}

	public BundleState withRevocation(Revocation revocation) {
		return new BundleState(this.request, this.auditKeys, this.refreshPending, revocation, this.stranding,
				this.predecessor, this.keyRepairs, this.orphans);
	}

	private BundleState withAuditKeys(List<AuditPublicKey> auditKeys) {
		return new BundleState(this.request, auditKeys, this.refreshPending, this.revocation, this.stranding,
				this.predecessor, this.keyRepairs, this.orphans);
	}

	/**
	 * Notes where the use of another audit key begins. Nothing changes if it is the
	 * latest key already.
	 * @param publicKey the public key as SPKI in PEM
	 * @param firstSequence the first sequence number that may be signed with it
	 */
	public BundleState withAuditKey(String publicKey, long firstSequence) {
		int known = this.auditKeys.size();
		if (known > 0 && this.auditKeys.get(known - 1).publicKey().equals(publicKey)) {
			return this;
		}
		List<AuditPublicKey> keys = new ArrayList<>(this.auditKeys);
		keys.add(new AuditPublicKey(publicKey, firstSequence));
		return withAuditKeys(keys);
	}

	public BundleState withStranding(@Nullable Stranding stranding) {
		return new BundleState(this.request, this.auditKeys, this.refreshPending, this.revocation, stranding,
				this.predecessor, this.keyRepairs, this.orphans);
	}

	public BundleState withPredecessor(Predecessor predecessor) {
		return new BundleState(this.request, this.auditKeys, this.refreshPending, this.revocation, this.stranding,
				predecessor, this.keyRepairs, this.orphans);
	}

	public BundleState withOrphans(List<Orphan> orphans) {
		return new BundleState(this.request, this.auditKeys, this.refreshPending, this.revocation, this.stranding,
				this.predecessor, this.keyRepairs, orphans);
	}

	/**
	 * The refreshes that were begun only to get a key back on the day before a moment.
	 * What lies further in its future was noted while the time was wrong.
	 */
	public List<Instant> keyRepairsInTheDayBefore(Instant now) {
		return this.keyRepairs.stream()
			.filter((repair) -> Duration.between(repair, now).abs().compareTo(REPAIRS_KEPT) < 0)
			.toList();
	}

	/**
	 * Notes that such a refresh is begun, and forgets those of days before.
	 */
	public BundleState withKeyRepair(Instant now) {
		List<Instant> repairs = new ArrayList<>(keyRepairsInTheDayBefore(now));
		repairs.add(now);
		return withKeyRepairs(repairs);
	}

	private BundleState withKeyRepairs(List<Instant> keyRepairs) {
		return new BundleState(this.request, this.auditKeys, this.refreshPending, this.revocation, this.stranding,
				this.predecessor, keyRepairs, this.orphans);
	}

}
