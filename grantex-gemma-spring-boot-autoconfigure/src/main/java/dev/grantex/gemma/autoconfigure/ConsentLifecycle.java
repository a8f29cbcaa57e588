package dev.grantex.gemma.autoconfigure;

import java.time.Duration;
import java.util.Optional;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.sync.AuditSynchronizer;
import dev.grantex.gemma.sync.SyncProblem;
import dev.grantex.gemma.sync.SyncResult;
import dev.grantex.gemma.sync.SyncSchedule;
import dev.grantex.gemma.sync.SyncStep;

/**
 * Opens the consent before the application takes requests and closes it after the last
 * one. The network is touched before the application is ready only when there is no
 * bundle that could be used without it. Cycles begin when the application is ready, and
 * after a while whatever keeps it from that. Can be stopped and started again, as
 * contexts are that are paused or restored from a checkpoint.
 */
class ConsentLifecycle implements SmartLifecycle {

	/** Before all that may call a guarded method, and after it stopped. */
	static final int PHASE = Integer.MIN_VALUE + 1024;

	private static final Log logger = LogFactory.getLog(ConsentLifecycle.class);

	private final DeviceConsent consent;

	private final GrantexGemmaProperties properties;

	private final LifecycleLimits limits;

	private final SyncSchedule schedule;

	private boolean applicationReady;

	private boolean running;

	ConsentLifecycle(DeviceConsent consent, AuditSynchronizer synchronizer, GrantexGemmaProperties properties) {
		this(consent, synchronizer, properties, LifecycleLimits.DEFAULT);
	}

	ConsentLifecycle(DeviceConsent consent, AuditSynchronizer synchronizer, GrantexGemmaProperties properties,
			LifecycleLimits limits) {
		this.consent = consent;
		this.properties = properties;
		this.limits = limits;
		this.schedule = new SyncSchedule(synchronizer, properties.sync().interval());
	}

	@Override
	public synchronized void start() {
		this.consent.open();
		requireOwnLog();
		if (this.properties.sync().enabled()) {
			this.schedule.startWithin(this.limits.readiness(), this.properties.sync().onStartup());
		}
		if (this.consent.status().denial() != null) {
			issue();
		}
		this.running = true;
		startSchedule();
	}

	@EventListener
	synchronized void onReady(ApplicationReadyEvent event) {
		this.applicationReady = true;
		startSchedule();
	}

	@Override
	public synchronized void stop() {
		this.schedule.stop(this.properties.sync().onShutdown() ? this.limits.lastCycle() : Duration.ZERO);
		this.consent.close();
		this.running = false;
	}

	@Override
	public synchronized boolean isRunning() {
		return this.running;
	}

	/**
	 * What was built ahead of time for an enabled library may be disabled when it runs.
	 */
	@Override
	public boolean isAutoStartup() {
		return this.properties.enabled();
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	private void startSchedule() {
		if (this.running && this.applicationReady && this.properties.sync().enabled()) {
			this.schedule.start(this.properties.sync().onStartup());
		}
	}

	private void issue() {
		try {
			SyncResult result = this.properties.bundle().autoIssue() ? requestBundle() : null;
			requireOwnLog();
			explainDenial(result);
		}
		catch (RuntimeException ex) {
			// Nobody stops what did not start.
			this.schedule.close();
			throw ex;
		}
	}

	private @Nullable SyncResult requestBundle() {
		Optional<SyncResult> result = this.schedule.issue(this.limits.requests(), this.limits.lookUps());
		if (result.isEmpty()) {
			logger.warn("No consent bundle has come in time; the application starts without one");
		}
		return result.orElse(null);
	}

	private void requireOwnLog() {
		DenialReason denial = this.consent.status().denial();
		if (denial == DenialReason.LOG_LOCKED || denial == DenialReason.LOG_HELD) {
			throw new AuditLogInUseException(denial);
		}
	}

	/**
	 * Says what the consent itself does not know when it is opened: why there is no
	 * bundle, or no new one.
	 */
	private void explainDenial(@Nullable SyncResult result) {
		this.consent.tellDenial();
		DenialReason denial = this.consent.status().denial();
		SyncProblem problem = (result != null) ? issuing(result) : null;
		String missing = missingSetting();
		if (denial != null && problem != null && !denial.isLogFault()) {
			String outcome = (problem.kind() == SyncProblem.Kind.WITHDRAWN) ? "No bundle is requested"
					: "A bundle could not be requested";
			logger.error(outcome + " (" + problem.code() + "). " + problem.remedy());
		}
		else if (denial == DenialReason.NO_BUNDLE && missing != null) {
			logger.error("No bundle is requested. " + missing);
		}
	}

	private static @Nullable SyncProblem issuing(SyncResult result) {
		return result.problems()
			.stream()
			.filter((problem) -> problem.step() == SyncStep.ISSUE)
			.findFirst()
			.orElse(null);
	}

	private @Nullable String missingSetting() {
		if (!this.properties.bundle().autoIssue()) {
			return "Store one at grantex.gemma.bundle.path, or allow it to be requested with"
					+ " grantex.gemma.bundle.auto-issue.";
		}
		return (BundleRequestFactory.create(this.properties) == null)
				? "Set grantex.gemma.agent-id, user-id and scopes so that one can be requested." : null;
	}

}
