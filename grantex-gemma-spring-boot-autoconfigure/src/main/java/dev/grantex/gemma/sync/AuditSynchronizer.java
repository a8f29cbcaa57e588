package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Runs one cycle at a time: learn of a revocation, deliver evidence, refresh the bundle,
 * request one where there is none. Each step runs whatever the others answered. Being
 * offline is a result, not an exception.
 */
public final class AuditSynchronizer {

	private static final Log logger = LogFactory.getLog(AuditSynchronizer.class);

	private final DeviceConsent consent;

	private final SyncSteps steps;

	private final Clock clock;

	private final Consumer<Object> events;

	private final AtomicReference<@Nullable Cycle> running = new AtomicReference<>();

	private final Object statusLock = new Object();

	private volatile SyncStatus status = SyncStatus.NONE;

	AuditSynchronizer(DeviceConsent consent, SyncSteps steps, Clock clock, Consumer<Object> events) {
		this.consent = consent;
		this.steps = steps;
		this.clock = clock;
		this.events = events;
	}

	/**
	 * Starts building a synchronizer.
	 * @param consent the device's consent, which the cycle changes
	 * @param client the service
	 * @param repository where replaced bundles wait until they are drained
	 * @param logs opens the logs of replaced bundles
	 */
	public static AuditSynchronizerBuilder builder(DeviceConsent consent, GrantexClient client,
			BundleRepository repository, AuditLogs logs) {
		return new AuditSynchronizerBuilder(consent, client, repository, logs);
	}

	/**
	 * Runs one cycle now. A caller that comes while a cycle runs gets that cycle's
	 * result. Blocks for network and disk, so it must not be called on an event loop.
	 * @return what the cycle did
	 * @throws IllegalStateException if a listener of the cycle's own events calls it
	 */
	public SyncResult sync() {
		return exclusively(this.steps::cycle, true);
	}

	/**
	 * Requests a bundle if there is none that may be used, and does nothing else.
	 * @return what happened
	 */
	public SyncResult issue() {
		return exclusively(this.steps::issue, false);
	}

	/**
	 * What is known about synchronization. Touches no file and no network.
	 */
	public SyncStatus status() {
		return this.status;
	}

	/**
	 * Takes note of when the next cycle is due.
	 * @param wait how long from now, or {@code null} if none is planned
	 */
	void planned(@Nullable Duration wait) {
		Instant at = (wait != null) ? this.clock.instant().plus(wait) : null;
		synchronized (this.statusLock) {
			this.status = this.status.withNextCycleAt(at);
		}
	}

	private SyncResult exclusively(Consumer<CycleReport> cycle, boolean complete) {
		Cycle mine = new Cycle(Thread.currentThread(), new CompletableFuture<>());
		Cycle other = this.running.compareAndExchange(null, mine);
		if (other != null) {
			return other.await();
		}
		try {
			SyncResult result = run(cycle, complete);
			// First, so that who got this result and asks again gets another cycle.
			this.running.set(null);
			mine.result.complete(result);
			return result;
		}
		catch (RuntimeException | Error ex) {
			this.running.set(null);
			mine.result.completeExceptionally(ex);
			throw ex;
		}
	}

	/**
	 * Runs a cycle.
	 * @param complete whether it consists of all steps; else one in which nothing was
	 * done says nothing about whether the service can be reached
	 */
	private SyncResult run(Consumer<CycleReport> cycle, boolean complete) {
		CycleReport report = new CycleReport();
		cycle.accept(report);
		ConsentStatus standing = this.consent.status();
		SyncResult result = new SyncResult(this.clock.instant(), report.accepted(),
				(standing.audit() != null) ? standing.audit().unsynchronized() : 0,
				standing.denial() == DenialReason.REVOKED, report.isRefreshed(), report.isIssued(), report.problems(),
				report.resumeAfter());
		if (!complete && !result.issued() && result.isSuccessful()) {
			return result;
		}
		SyncStatus before;
		synchronized (this.statusLock) {
			before = this.status;
			this.status = before.after(result);
		}
		if (!Thread.currentThread().isInterrupted()) {
			logTransition(before, before.after(result), result);
		}
		this.events.accept(new AuditSynchronized(result));
		return result;
	}

	private static void logTransition(SyncStatus before, SyncStatus now, SyncResult result) {
		if (now.isOffline() && !before.isOffline()) {
			logger.info("The Grantex API cannot be reached; working offline");
		}
		else if (before.isOffline() && !now.isOffline()) {
			logger.info("The Grantex API can be reached again");
		}
		Set<SyncProblem.Kind> told = EnumSet.of(SyncProblem.Kind.OFFLINE);
		for (SyncProblem problem : result.problems()) {
			if (before.problem(problem.kind()) == null && told.add(problem.kind())) {
				logger.warn("Synchronization did not get through: " + problem.kind() + " at " + problem.step() + " ("
						+ problem.code() + "). " + problem.remedy());
			}
		}
	}

	/**
	 * The cycle under way.
	 *
	 * @param owner the thread that runs it
	 * @param result its result, once it has one
	 */
	private record Cycle(Thread owner, CompletableFuture<SyncResult> result) {

		SyncResult await() {
			if (this.owner == Thread.currentThread()) {
				throw new IllegalStateException("A synchronization cycle cannot run inside another");
			}
			try {
				return this.result.join();
			}
			catch (CompletionException ex) {
				throw new IllegalStateException("The synchronization cycle under way failed", ex.getCause());
			}
		}

	}

}
