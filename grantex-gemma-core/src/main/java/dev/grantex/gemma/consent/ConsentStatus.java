package dev.grantex.gemma.consent;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.LogDamage;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * The device's standing at a moment, for those who watch it.
 *
 * @param denial why calls are denied, or absent if they may run
 * @param bundle the current bundle, if there is one, also when it may not be used
 * @param grant the bundle's verified grant
 * @param clockFloor the latest moment known to have been
 * @param audit what is known of the current chain
 * @param unrecorded how many calls ended five seconds ago or earlier, are not on record,
 * and are not among those that {@linkplain Audit#unwritten() wait for the log}
 * @param request what a bundle is requested for, or absent if that is not configured
 * @param clocks what time it is here and at the service
 * @param orphans chains on this device whose bundles are gone, and of which the service
 * does not have all, as far as is known
 */
public record ConsentStatus(@Nullable DenialReason denial, @Nullable ConsentBundle bundle,
		@Nullable VerifiedGrant grant, @Nullable Instant clockFloor, @Nullable Audit audit, int unrecorded,
		@Nullable BundleRequest request, Clocks clocks, List<Orphan> orphans) {

	/**
	 * The standing of a device on which every chain has its bundle.
	 */
	public ConsentStatus(@Nullable DenialReason denial, @Nullable ConsentBundle bundle, @Nullable VerifiedGrant grant,
			@Nullable Instant clockFloor, @Nullable Audit audit, int unrecorded, @Nullable BundleRequest request,
			Clocks clocks) {
		this(denial, bundle, grant, clockFloor, audit, unrecorded, request, clocks, List.of());
	}

	/**
	 * The standing at a moment.
	 * @param owed what keeps evidence of a former bundle from being written
	 */
	static ConsentStatus of(Standing standing, @Nullable DenialReason owed, int unrecorded,
			@Nullable BundleRequest request, Clocks clocks, List<Orphan> orphans) {
		DenialReason own = standing.denialAt(clocks.device());
		DenialReason denial = (own != null) ? own : owed;
		return (standing instanceof Standing.Open open)
				? new ConsentStatus(denial, open.bundle(), open.grant(), open.floor().instant(), Audit.of(open.log()),
						unrecorded, request, clocks, orphans)
				: new ConsentStatus(denial, standing.bundle(), null, null, null, unrecorded, request, clocks, orphans);
	}

	/**
	 * What an operator can do about the denial, or absent if there is none.
	 */
	public @Nullable String remedy() {
		if (this.denial == null) {
			return null;
		}
		String exact = (this.denial.isLogFault() && this.audit != null) ? this.audit.remedy() : null;
		if (exact != null) {
			return exact;
		}
		String device = (this.request != null) ? this.request.deviceId() : null;
		String formerDevice = formerDevice();
		boolean renamed = this.denial == DenialReason.BUNDLE_MISMATCH && device != null && formerDevice != null
				&& !device.equals(formerDevice);
		return !renamed ? this.denial.remedy()
				: "The bundle was issued for the device " + formerDevice + ", and this one is " + device
						+ ". If it is the same device under another host name, as a container is that was created anew,"
						+ " set grantex.gemma.device-id to " + formerDevice + " and keep it. " + this.denial.remedy();
	}

	private @Nullable String formerDevice() {
		BundleState state = (this.bundle != null) ? this.bundle.state() : null;
		BundleRequest former = (state != null) ? state.request() : null;
		return (former != null) ? former.deviceId() : null;
	}

	/**
	 * How many entries of the current chain the service does not have yet, as far as that
	 * can be told: not while the bundle or the chain's log does not open, nor once
	 * entries of it may be gone.
	 */
	public OptionalLong unsynchronized() {
		if (this.audit != null) {
			return this.audit.doubtful() ? OptionalLong.empty() : OptionalLong.of(this.audit.unsynchronized());
		}
		boolean closed = this.denial != null && (this.denial.isLogFault()
				|| this.denial == DenialReason.BUNDLE_UNREADABLE || this.denial == DenialReason.BUNDLE_UNSAFE);
		return (this.bundle == null && !closed) ? OptionalLong.of(0) : OptionalLong.empty();
	}

	/**
	 * When the consent was withdrawn, if it was.
	 */
	public @Nullable Revocation revocation() {
		return (this.bundle != null) ? this.bundle.revocation() : null;
	}

	/**
	 * Whether the consent was withdrawn, everything was delivered that the service takes,
	 * and the private key was erased.
	 */
	public boolean isDrained() {
		return revocation() != null && this.bundle != null && this.bundle.offlineAuditKey().privateKey() == null;
	}

	/**
	 * Why the current chain can no longer grow on the service, if that is remembered.
	 */
	public @Nullable Stranding stranding() {
		return (this.bundle != null) ? this.bundle.stranding() : null;
	}

	/**
	 * The stranded chain that the current one takes the place of, if there is one.
	 */
	public @Nullable Predecessor predecessor() {
		return (this.bundle != null && this.bundle.state() != null) ? this.bundle.state().predecessor() : null;
	}

	/**
	 * What time it is.
	 *
	 * @param device the time by this device's clock
	 * @param service the service's time as far as it is believed, absent until it is
	 */
	public record Clocks(Instant device, @Nullable Instant service) {
	}

	/**
	 * A chain whose bundle is gone.
	 *
	 * @param bundleId its bundle, as far as that is known
	 * @param grantId the grant whose entries it has
	 * @param undelivered how many entries the service does not have; all as long as it
	 * could not be asked
	 */
	public record Orphan(@Nullable String bundleId, String grantId, long undelivered) {
	}

	/**
	 * What is known of the current chain without reading it.
	 *
	 * @param headSequence the sequence number of the last entry, 0 for an empty chain
	 * @param headHash the hash of the last entry
	 * @param synchronizedThrough up to which sequence number the service has the chain
	 * @param unwritten how many outcomes of calls wait in memory because they could not
	 * be written
	 * @param unfinished the {@code started} entries that a process before has left
	 * without an outcome
	 * @param damages entries found damaged since the log was opened
	 * @param doubtful whether entries that the service does not have may be gone
	 * @param remedy what to do for the log, where more is known than a reason says
	 */
	public record Audit(long headSequence, String headHash, long synchronizedThrough, int unwritten,
			SortedSet<Long> unfinished, List<LogDamage> damages, boolean doubtful, @Nullable String remedy) {

		static Audit of(OfflineAuditLog log) {
			AuditLogException fault = log.fault();
			DenialReason denial = (fault != null) ? StateTable.denialBy(fault) : null;
			boolean doubtful = denial != null && denial.isLogFault() && denial.stranding().isPresent();
			return new Audit(log.headSequence(), log.headHash(), log.synchronizedThrough(), log.unwritten(),
					log.unfinished(), log.damages(), doubtful, (fault != null) ? fault.remedy() : null);
		}

		/**
		 * How many entries the service does not have yet, if none is gone.
		 */
		public long unsynchronized() {
			return Math.max(0, this.headSequence - this.synchronizedThrough);
		}

	}

}
