package dev.grantex.gemma.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

import dev.grantex.gemma.audit.LogDamage;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.sync.AuditSynchronizer;
import dev.grantex.gemma.sync.SyncProblem;
import dev.grantex.gemma.sync.SyncProblem.Kind;
import dev.grantex.gemma.sync.SyncStatus;
import dev.grantex.gemma.sync.SyncStep;

/**
 * Up as long as guarded calls can be made and their evidence can be delivered some day:
 * being offline, backing off or having a refused API key is no fault, and shows in the
 * details. Reads memory only.
 */
public class GrantexHealthIndicator extends AbstractHealthIndicator {

	private static final int MAX_LISTED = 10;

	private final DeviceConsent consent;

	private final AuditSynchronizer synchronizer;

	public GrantexHealthIndicator(DeviceConsent consent, AuditSynchronizer synchronizer) {
		super("The consent's condition could not be read");
		this.consent = consent;
		this.synchronizer = synchronizer;
	}

	@Override
	protected void doHealthCheck(Health.Builder health) {
		ConsentStatus consent = this.consent.status();
		SyncStatus sync = this.synchronizer.status();
		DenialReason denial = consent.denial();
		if (denial != null) {
			health.down().withDetail("reason", denial.code()).withDetail("remedy", denial.remedy());
		}
		else {
			health.up();
		}
		addConsent(health, consent);
		addSync(health, sync, denial != null);
	}

	private static void addConsent(Health.Builder health, ConsentStatus consent) {
		if (consent.bundle() != null) {
			health.withDetail("bundle", consent.bundle().bundleId())
				.withDetail("expires", consent.bundle().offlineExpiresAt());
		}
		Stranding stranding = consent.stranding();
		if (stranding != null) {
			health.withDetail("strandedSince", stranding.since());
			if (stranding.sequence() != null) {
				health.withDetail("strandedAt", stranding.sequence());
			}
		}
		Revocation revocation = consent.revocation();
		if (revocation != null) {
			health.withDetail("revokedAt", revocation.revokedAt()).withDetail("drained", consent.isDrained());
		}
		if (consent.audit() != null) {
			addAudit(health, consent.audit());
		}
	}

	private static void addAudit(Health.Builder health, ConsentStatus.Audit audit) {
		health.withDetail("unsynchronized", audit.unsynchronized());
		if (audit.unwritten() > 0) {
			health.withDetail("unwritten", audit.unwritten());
		}
		if (!audit.unfinished().isEmpty()) {
			health.withDetail("unfinished", audit.unfinished().size());
		}
		if (!audit.damages().isEmpty()) {
			health.withDetail("damagedAt",
					audit.damages().stream().map(LogDamage::sequence).limit(MAX_LISTED).toList());
		}
	}

	private static void addSync(Health.Builder health, SyncStatus sync, boolean denied) {
		health.withDetail("online", isOnline(sync));
		Instant lastSuccess = sync.lastSuccessAt();
		if (lastSuccess != null) {
			health.withDetail("lastSynchronized", lastSuccess);
		}
		if (sync.nextCycleAt() != null) {
			health.withDetail("nextCycle", sync.nextCycleAt());
		}
		SyncProblem problem = mostPressing(sync, denied);
		if (problem != null) {
			health.withDetail("problem", problem.kind().name().toLowerCase(Locale.ROOT) + ": " + problem.code())
				.withDetail("problemRemedy", problem.remedy());
			if (problem.formerBundleId() != null) {
				health.withDetail("problemBundle", problem.formerBundleId());
			}
		}
	}

	private static boolean isOnline(SyncStatus sync) {
		return sync.lastResult() != null && sync.problem(Kind.OFFLINE) == null && sync.problem(Kind.CLOCK) == null;
	}

	/**
	 * The first problem; but while calls are denied, what keeps a new bundle away that
	 * would put an end to that.
	 */
	private static @Nullable SyncProblem mostPressing(SyncStatus sync, boolean denied) {
		List<SyncProblem> problems = (sync.lastResult() != null) ? sync.lastResult().problems() : List.of();
		return problems.stream()
			.filter((problem) -> denied && problem.step() == SyncStep.ISSUE)
			.findFirst()
			.orElse(problems.isEmpty() ? null : problems.get(0));
	}

}
