package dev.grantex.gemma.actuate;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.LogDamage;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.grant.VerifiedGrant;
import dev.grantex.gemma.sync.SyncResult;
import dev.grantex.gemma.sync.SyncStatus;

/**
 * What the endpoint shows of the device's standing.
 *
 * @param permitted whether guarded calls may run
 * @param reason why they may not
 * @param remedy what can be done about it
 * @param bundle the current bundle
 * @param grant the bundle's grant
 * @param audit the current chain
 * @param sync synchronization
 * @param clock the device's time
 */
public record GrantexDescriptor(boolean permitted, @Nullable String reason, @Nullable String remedy,
		@Nullable BundleDescriptor bundle, @Nullable VerifiedGrant grant, @Nullable AuditDescriptor audit,
		SyncDescriptor sync, ClockDescriptor clock) {

	/**
	 * The current bundle without its token and keys.
	 *
	 * @param id its id
	 * @param agentId the agent it was asked for
	 * @param userId the user it was asked for
	 * @param deviceId the device it was asked for
	 * @param scopes the scopes it was asked for
	 * @param checkpointAt when it was issued or last refreshed
	 * @param expiresAt when it ends
	 * @param auditKeys how many audit keys it has had
	 * @param refreshPending whether a refresh was begun and not finished
	 * @param revokedAt when it was revoked
	 * @param drained whether it was revoked, everything was delivered that the service
	 * takes, and the private key was erased
	 * @param stranding why its chain can no longer grow on the service
	 * @param predecessor the stranded chain that its chain takes the place of
	 */
	public record BundleDescriptor(String id, @Nullable String agentId, @Nullable String userId,
			@Nullable String deviceId, List<String> scopes, Instant checkpointAt, Instant expiresAt, int auditKeys,
			boolean refreshPending, @Nullable Instant revokedAt, boolean drained,
			@Nullable StrandingDescriptor stranding, @Nullable PredecessorDescriptor predecessor) {

		static @Nullable BundleDescriptor of(ConsentStatus status) {
			ConsentBundle bundle = status.bundle();
			if (bundle == null) {
				return null;
			}
			BundleState state = bundle.state();
			BundleRequest request = (state != null) ? state.request() : null;
			Revocation revocation = status.revocation();
			return new BundleDescriptor(bundle.bundleId(), (request != null) ? request.agentId() : null,
					(request != null) ? request.userId() : null, (request != null) ? request.deviceId() : null,
					(request != null) ? request.scopes() : List.of(), bundle.checkpointAt(), bundle.offlineExpiresAt(),
					(state != null) ? state.auditKeys().size() : 1, state != null && state.refreshPending(),
					(revocation != null) ? revocation.revokedAt() : null, status.isDrained(),
					StrandingDescriptor.of(status.stranding()), PredecessorDescriptor.of(status.predecessor()));
		}

	}

	/**
	 * Why a chain can no longer grow on the service.
	 *
	 * @param reason the reason's code
	 * @param since when that was found out
	 * @param sequence the entry where it cannot go on, if that is known
	 */
	public record StrandingDescriptor(String reason, Instant since, @Nullable Long sequence) {

		static @Nullable StrandingDescriptor of(@Nullable Stranding stranding) {
			return (stranding != null)
					? new StrandingDescriptor(stranding.reason().code(), stranding.since(), stranding.sequence())
					: null;
		}

	}

	/**
	 * A stranded chain that the current one takes the place of.
	 *
	 * @param bundleId its bundle
	 * @param reason why it was stranded
	 * @param lastAcceptedSequence up to where the service has it
	 * @param lastLocalSequence up to where the device has it
	 * @param archive the directory of its files, relative to that of the log
	 * @param archiveSha256 the SHA-256 of the checksum file there
	 */
	public record PredecessorDescriptor(String bundleId, String reason, long lastAcceptedSequence,
			long lastLocalSequence, String archive, String archiveSha256) {

		static @Nullable PredecessorDescriptor of(@Nullable Predecessor predecessor) {
			return (predecessor != null) ? new PredecessorDescriptor(predecessor.bundleId(),
					predecessor.reason().code(), predecessor.lastAcceptedSequence(), predecessor.lastLocalSequence(),
					predecessor.archive(), predecessor.archiveSha256()) : null;
		}

	}

	/**
	 * The current chain.
	 *
	 * @param entries how many entries it has
	 * @param head the hash of the last one
	 * @param synchronizedThrough up to which sequence number the service has it
	 * @param unsynchronized how many entries the service does not have yet
	 * @param unwritten how many outcomes of calls wait in memory because they could not
	 * be written
	 * @param unfinished the first 100 sequence numbers of {@code started} entries that
	 * the process before has left without an outcome
	 * @param damages the first 100 entries found damaged since the start
	 */
	public record AuditDescriptor(long entries, String head, long synchronizedThrough, long unsynchronized,
			int unwritten, List<Long> unfinished, List<LogDamage> damages) {

		private static final int MAX_LISTED = 100;

		static @Nullable AuditDescriptor of(ConsentStatus.@Nullable Audit audit) {
			return (audit != null) ? new AuditDescriptor(audit.headSequence(), audit.headHash(),
					audit.synchronizedThrough(), audit.unsynchronized(), audit.unwritten(),
					audit.unfinished().stream().limit(MAX_LISTED).toList(),
					audit.damages().stream().limit(MAX_LISTED).toList()) : null;
		}

	}

	/**
	 * Synchronization.
	 *
	 * @param lastResult what the last cycle did
	 * @param lastSuccessAt when a cycle last got through completely
	 * @param failures cycles in a row that did not get through
	 * @param nextCycleAt when the next cycle is due, by the device's clock
	 */
	public record SyncDescriptor(@Nullable SyncResult lastResult, @Nullable Instant lastSuccessAt, int failures,
			@Nullable Instant nextCycleAt) {

		static SyncDescriptor of(SyncStatus status) {
			return new SyncDescriptor(status.lastResult(), status.lastSuccessAt(), status.failures(),
					status.nextCycleAt());
		}

	}

	/**
	 * The device's time.
	 *
	 * @param now the time by the device's clock
	 * @param floor the latest moment known to have been
	 */
	public record ClockDescriptor(Instant now, @Nullable Instant floor) {

	}

}
