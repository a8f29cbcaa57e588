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
 * @param predecessor the stranded chain that this bundle's chain takes the place of
 * @param keyRepairs when refreshes were begun lately only to get a key back, oldest first
 */
public record BundleState(@Nullable BundleRequest request, List<AuditPublicKey> auditKeys, boolean refreshPending,
		@Nullable Revocation revocation, @Nullable Stranding stranding, @Nullable Predecessor predecessor,
		List<Instant> keyRepairs) {

	private static final Duration REPAIRS_KEPT = Duration.ofHours(24);

	public BundleState {
		auditKeys = List.copyOf(auditKeys);
		keyRepairs = List.copyOf(keyRepairs);
	}

	/**
	 * The state of a bundle that no chain was stranded before.
	 */
	public BundleState(@Nullable BundleRequest request, List<AuditPublicKey> auditKeys, boolean refreshPending,
			@Nullable Revocation revocation) {
		this(request, auditKeys, refreshPending, revocation, null, null, List.of());
	}

	public BundleState withRefreshPending(boolean refreshPending) {
		return new BundleState(this.request, this.auditKeys, refreshPending, this.revocation, this.stranding,
				this.predecessor, this.keyRepairs);
	}

	public BundleState withRevocation(Revocation revocation) {
		return new BundleState(this.request, this.auditKeys, this.refreshPending, revocation, this.stranding,
				this.predecessor, this.keyRepairs);
	}

	public BundleState withAuditKeys(List<AuditPublicKey> auditKeys) {
		return new BundleState(this.request, auditKeys, this.refreshPending, this.revocation, this.stranding,
				this.predecessor, this.keyRepairs);
	}

	public BundleState withStranding(@Nullable Stranding stranding) {
		return new BundleState(this.request, this.auditKeys, this.refreshPending, this.revocation, stranding,
				this.predecessor, this.keyRepairs);
	}

	public BundleState withPredecessor(Predecessor predecessor) {
		return new BundleState(this.request, this.auditKeys, this.refreshPending, this.revocation, this.stranding,
				predecessor, this.keyRepairs);
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
				this.predecessor, keyRepairs);
	}

}
