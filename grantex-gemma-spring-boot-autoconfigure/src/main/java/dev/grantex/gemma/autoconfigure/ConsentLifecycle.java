package dev.grantex.gemma.autoconfigure;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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
 * bundle that could be used without it.
 */
class ConsentLifecycle implements SmartLifecycle {

	/** Before web servers start, which is in late phases, and after they stopped. */
	private static final int PHASE = 0;

	private static final Duration LONGEST_LAST_CYCLE = Duration.ofSeconds(10);

	private static final Log logger = LogFactory.getLog(ConsentLifecycle.class);

	private final DeviceConsent consent;

	private final AuditSynchronizer synchronizer;

	private final SyncSchedule schedule;

	private final GrantexGemmaProperties properties;

	private volatile boolean running;

	ConsentLifecycle(DeviceConsent consent, AuditSynchronizer synchronizer, SyncSchedule schedule,
			GrantexGemmaProperties properties) {
		this.consent = consent;
		this.synchronizer = synchronizer;
		this.schedule = schedule;
		this.properties = properties;
	}

	@Override
	public void start() {
		this.consent.open();
		DenialReason denial = this.consent.status().denial();
		if (denial == DenialReason.LOG_LOCKED) {
			throw new AuditLogInUseException();
		}
		if (denial != null && this.properties.bundle().autoIssue()) {
			issue();
		}
		this.running = true;
	}

	@EventListener
	void onReady(ApplicationReadyEvent event) {
		if (this.properties.sync().enabled()) {
			this.schedule.start(this.properties.sync().onStartup());
		}
	}

	@Override
	public void stop() {
		this.schedule.stop(this.properties.sync().onShutdown() ? LONGEST_LAST_CYCLE : Duration.ZERO);
		this.consent.close();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	private void issue() {
		SyncResult result = this.synchronizer.issue();
		DenialReason now = this.consent.status().denial();
		if (now != null) {
			String why = result.problems().stream().findFirst().map(ConsentLifecycle::explain).orElse(now.remedy());
			logger.error("Guarded calls are denied (" + now.code() + "): " + now.message() + ". " + why);
		}
	}

	private static String explain(SyncProblem problem) {
		return switch (problem.kind()) {
			case OFFLINE -> "The Grantex API cannot be reached (" + problem.code()
					+ "); check grantex.gemma.api.base-url. It is tried again in the background.";
			case KEY_REFUSED ->
				"The Grantex API does not accept the API key (" + problem.code() + "); check grantex.gemma.api.key.";
			case NOT_FOUND -> "The Grantex API does not know the agent under this API key; check"
					+ " grantex.gemma.agent-id and api.key.";
			case REFUSED -> "The Grantex API refuses the request (" + problem.code()
					+ "); check that the agent is registered with grantex.gemma.scopes and the offline-ttl is allowed.";
			case CLOCK -> "The Grantex API's certificate is not valid yet: set the device's clock.";
			default -> "No bundle could be requested (" + problem.code() + ").";
		};
	}

}
