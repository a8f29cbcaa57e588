package dev.grantex.gemma.autoconfigure;

import java.time.Duration;

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

/**
 * Opens the consent before the application takes requests and closes it after the last
 * one. The network is touched before the application is ready only when there is no
 * bundle that could be used without it. Can be stopped and started again, as contexts are
 * that are paused or restored from a checkpoint.
 */
class ConsentLifecycle implements SmartLifecycle {

	/** Before all that may call a guarded method, and after it stopped. */
	static final int PHASE = Integer.MIN_VALUE + 1024;

	private static final Duration LONGEST_LAST_CYCLE = Duration.ofSeconds(10);

	private static final Log logger = LogFactory.getLog(ConsentLifecycle.class);

	private final DeviceConsent consent;

	private final AuditSynchronizer synchronizer;

	private final GrantexGemmaProperties properties;

	private final Duration longestLastCycle;

	private final SyncSchedule schedule;

	private boolean applicationReady;

	private boolean running;

	ConsentLifecycle(DeviceConsent consent, AuditSynchronizer synchronizer, GrantexGemmaProperties properties) {
		this(consent, synchronizer, properties, LONGEST_LAST_CYCLE);
	}

	ConsentLifecycle(DeviceConsent consent, AuditSynchronizer synchronizer, GrantexGemmaProperties properties,
			Duration longestLastCycle) {
		this.consent = consent;
		this.synchronizer = synchronizer;
		this.properties = properties;
		this.longestLastCycle = longestLastCycle;
		this.schedule = new SyncSchedule(synchronizer, properties.sync().interval());
	}

	@Override
	public synchronized void start() {
		this.consent.open();
		requireOwnLog();
		DenialReason denial = this.consent.status().denial();
		if (denial != null) {
			SyncResult result = this.properties.bundle().autoIssue() ? this.synchronizer.issue() : null;
			requireOwnLog();
			explainDenial(denial, result);
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
		this.schedule.stop(this.properties.sync().onShutdown() ? this.longestLastCycle : Duration.ZERO);
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
	private void explainDenial(DenialReason stored, @Nullable SyncResult result) {
		DenialReason denial = this.consent.status().denial();
		SyncProblem problem = (result != null) ? result.problems().stream().findFirst().orElse(null) : null;
		if (denial != null && problem != null && !denial.isLogFault()) {
			logger.error(
					describe(denial) + "A bundle could not be requested (" + problem.code() + "). " + problem.remedy());
		}
		else if (denial == DenialReason.NO_BUNDLE) {
			logger.error(describe(denial) + remedy());
		}
		else if (denial != null && denial != stored) {
			logger.error(describe(denial) + denial.remedy());
		}
	}

	private static String describe(DenialReason denial) {
		return "Guarded calls are denied (" + denial.code() + "): " + denial.message() + ". ";
	}

	private String remedy() {
		if (!this.properties.bundle().autoIssue()) {
			return "Store one at grantex.gemma.bundle.path, or allow it to be requested with"
					+ " grantex.gemma.bundle.auto-issue.";
		}
		return (BundleRequestFactory.create(this.properties) == null)
				? "Set grantex.gemma.agent-id, user-id and scopes so that one can be requested."
				: DenialReason.NO_BUNDLE.remedy();
	}

}
