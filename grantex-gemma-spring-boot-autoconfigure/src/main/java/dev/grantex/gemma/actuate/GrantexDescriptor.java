package dev.grantex.gemma.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import dev.grantex.gemma.sync.SyncProblem;
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
 * @param unrecorded how many calls ended five seconds ago or earlier and are not on
 * record
 * @param orphans chains on this device whose bundles are gone, and of which the service
 * does not have all
 * @param sync synchronization
 * @param clock the device's time
 */
public record GrantexDescriptor(boolean permitted, @Nullable String reason, @Nullable String remedy,
		@Nullable BundleDescriptor bundle, @Nullable VerifiedGrant grant, @Nullable AuditDescriptor audit,
		int unrecorded, List<OrphanDescriptor> orphans, SyncDescriptor sync, ClockDescriptor clock) {

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
			long lastLocalSequence, @Nullable String archive, @Nullable String archiveSha256) {

		static @Nullable PredecessorDescriptor of(@Nullable Predecessor predecessor) {
			return (predecessor != null) ? new PredecessorDescriptor(predecessor.bundleId(),
					predecessor.reason().code(), predecessor.lastAcceptedSequence(), predecessor.lastLocalSequence(),
					predecessor.archive(), predecessor.archiveSha256()) : null;
		}

	}

	/**
	 * The current chain. Of one whose log does not open nothing is known.
	 *
	 * @param entries how many entries it has
	 * @param head the hash of the last one
	 * @param synchronizedThrough up to which sequence number the service has it
	 * @param unsynchronized how many entries the service does not have yet, null where
	 * that is not known
	 * @param unwritten how many outcomes of calls wait in memory because they could not
	 * be written
	 * @param unfinished the first 100 sequence numbers of {@code started} entries that
	 * the process before has left without an outcome
	 * @param damages the first 100 entries found damaged since the start
	 */
	public record AuditDescriptor(@Nullable Long entries, @Nullable String head, @Nullable Long synchronizedThrough,
			@JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Long unsynchronized, @Nullable Integer unwritten,
			@Nullable List<Long> unfinished, @Nullable List<LogDamage> damages) {

		private static final int MAX_LISTED = 100;

		private static final AuditDescriptor UNKNOWN = new AuditDescriptor(null, null, null, null, null, null, null);

		static @Nullable AuditDescriptor of(ConsentStatus status) {
			ConsentStatus.Audit audit = status.audit();
			OptionalLong unsynchronized = status.unsynchronized();
			if (audit == null) {
				return unsynchronized.isEmpty() ? UNKNOWN : null;
			}
			return new AuditDescriptor(audit.headSequence(), audit.headHash(), audit.synchronizedThrough(),
					unsynchronized.isPresent() ? unsynchronized.getAsLong() : null, audit.unwritten(),
					audit.unfinished().stream().limit(MAX_LISTED).toList(),
					audit.damages().stream().limit(MAX_LISTED).toList());
		}

	}

	/**
	 * A chain whose bundle is gone.
	 *
	 * @param bundle its bundle, as far as that is known
	 * @param grant the grant whose entries it has
	 * @param undelivered how many entries the service does not have; all as long as it
	 * could not be asked
	 */
	public record OrphanDescriptor(@Nullable String bundle, String grant, long undelivered) {

		static List<OrphanDescriptor> of(ConsentStatus status) {
			return status.orphans()
				.stream()
				.map((orphan) -> new OrphanDescriptor(orphan.bundleId(), orphan.grantId(), orphan.undelivered()))
				.toList();
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
	public record SyncDescriptor(@Nullable CycleDescriptor lastResult, @Nullable Instant lastSuccessAt, int failures,
			@Nullable Instant nextCycleAt) {

		static SyncDescriptor of(SyncStatus status) {
			SyncResult last = status.lastResult();
			return new SyncDescriptor((last != null) ? CycleDescriptor.of(last) : null, status.lastSuccessAt(),
					status.failures(), status.nextCycleAt());
		}

	}

	/**
	 * What one cycle did.
	 *
	 * @param completedAt when the cycle ended, by the device's clock
	 * @param accepted entries the service accepted in this cycle
	 * @param unsynchronized entries of the current chain the service does not have yet,
	 * null where that is not known
	 * @param revoked whether the consent is revoked
	 * @param refreshed whether the bundle was refreshed
	 * @param issued whether a new bundle was issued
	 * @param problems what did not get through
	 * @param resumeAfter when uploads can go on that were paused
	 * @param successful whether every step got through
	 */
	public record CycleDescriptor(Instant completedAt, long accepted,
			@JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Long unsynchronized, boolean revoked, boolean refreshed,
			boolean issued, List<SyncProblem> problems, @Nullable Duration resumeAfter, boolean successful) {

		static CycleDescriptor of(SyncResult result) {
			return new CycleDescriptor(result.completedAt(), result.accepted(),
					(result.unsynchronized() >= 0) ? result.unsynchronized() : null, result.revoked(),
					result.refreshed(), result.issued(), result.problems(), result.resumeAfter(),
					result.isSuccessful());
		}

	}

	/**
	 * The device's time.
	 *
	 * @param now the time by the device's clock
	 * @param floor the latest moment known to have been
	 * @param service the service's time as far as it is believed
	 */
	public record ClockDescriptor(Instant now, @Nullable Instant floor, @Nullable Instant service) {

		static ClockDescriptor of(ConsentStatus status) {
			return new ClockDescriptor(status.clocks().device(), status.clockFloor(), status.clocks().service());
		}

	}

}
