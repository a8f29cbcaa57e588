package dev.grantex.gemma.consent;

import java.time.Instant;
import java.util.List;
import java.util.SortedSet;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.LogDamage;
import dev.grantex.gemma.audit.OfflineAuditLog;
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
 */
public record ConsentStatus(@Nullable DenialReason denial, @Nullable ConsentBundle bundle,
		@Nullable VerifiedGrant grant, @Nullable Instant clockFloor, @Nullable Audit audit) {

	/**
	 * When the consent was withdrawn, if it was.
	 */
	public @Nullable Revocation revocation() {
		return (this.bundle != null && this.bundle.state() != null) ? this.bundle.state().revocation() : null;
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
		return (this.bundle != null && this.bundle.state() != null) ? this.bundle.state().stranding() : null;
	}

	/**
	 * The stranded chain that the current one takes the place of, if there is one.
	 */
	public @Nullable Predecessor predecessor() {
		return (this.bundle != null && this.bundle.state() != null) ? this.bundle.state().predecessor() : null;
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
	 */
	public record Audit(long headSequence, String headHash, long synchronizedThrough, int unwritten,
			SortedSet<Long> unfinished, List<LogDamage> damages) {

		static Audit of(OfflineAuditLog log) {
			return new Audit(log.headSequence(), log.headHash(), log.synchronizedThrough(), log.unwritten(),
					log.unfinished(), log.damages());
		}

		/**
		 * How many entries the service does not have yet.
		 */
		public long unsynchronized() {
			return Math.max(0, this.headSequence - this.synchronizedThrough);
		}

	}

}
