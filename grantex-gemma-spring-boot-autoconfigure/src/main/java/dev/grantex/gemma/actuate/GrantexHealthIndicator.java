package dev.grantex.gemma.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

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

	private final List<String> writableSettings;

	private final List<HealthWarning> warnings;

	public GrantexHealthIndicator(DeviceConsent consent, AuditSynchronizer synchronizer) {
		this(consent, synchronizer, List.of(), List.of());
	}

	/**
	 * Creates an indicator.
	 * @param writableSettings the names of the settings that come from files which this
	 * process can write or replace
	 * @param warnings what else should be put right
	 */
	public GrantexHealthIndicator(DeviceConsent consent, AuditSynchronizer synchronizer, List<String> writableSettings,
			List<HealthWarning> warnings) {
		super("The consent's condition could not be read");
		this.consent = consent;
		this.synchronizer = synchronizer;
		this.writableSettings = List.copyOf(writableSettings);
		this.warnings = List.copyOf(warnings);
	}

	@Override
	protected void doHealthCheck(Health.Builder health) {
		ConsentStatus consent = this.consent.status();
		SyncStatus sync = this.synchronizer.status();
		DenialReason denial = consent.denial();
		String remedy = DenialRemedy.of(consent, sync);
		if (denial != null && remedy != null) {
			health.down().withDetail("reason", denial.code()).withDetail("remedy", remedy);
			addClocks(health, consent.clocks(), denial);
		}
		else {
			health.up();
		}
		addConsent(health, consent);
		addSync(health, sync, denial != null);
		if (!this.writableSettings.isEmpty()) {
			health.withDetail("writableSettings", this.writableSettings);
		}
		List<String> warnings = this.warnings.stream().flatMap((warning) -> warning.message().stream()).toList();
		if (!warnings.isEmpty()) {
			health.withDetail("warnings", warnings);
		}
	}

	private static void addClocks(Health.Builder health, ConsentStatus.Clocks clocks, DenialReason denial) {
		if (denial == DenialReason.CLOCK_AHEAD && clocks.service() != null) {
			health.withDetail("deviceTime", clocks.device()).withDetail("serviceTime", clocks.service());
		}
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
		addUnsynchronized(health, consent);
		if (consent.audit() != null) {
			addAudit(health, consent.audit());
		}
		if (!consent.orphans().isEmpty()) {
			health.withDetail("orphans",
					GrantexDescriptor.OrphanDescriptor.of(consent).stream().limit(MAX_LISTED).toList());
		}
		if (consent.unrecorded() > 0) {
			health.withDetail("unrecorded", consent.unrecorded());
		}
	}

	/**
	 * What is unknown is null in JSON, where a detail that is null would be left out.
	 */
	private static void addUnsynchronized(Health.Builder health, ConsentStatus consent) {
		OptionalLong unsynchronized = consent.unsynchronized();
		if (unsynchronized.isEmpty() || consent.audit() != null) {
			health.withDetail("unsynchronized",
					unsynchronized.isEmpty() ? unsynchronized : (Object) unsynchronized.getAsLong());
		}
	}

	private static void addAudit(Health.Builder health, ConsentStatus.Audit audit) {
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
