package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Runs one cycle at a time: learn of a revocation, deliver evidence, refresh the bundle,
 * request one where there is none. Each step runs whatever the others answered, but
 * nothing more is asked once the service did not answer, nor within a pause that it asked
 * for. Being offline is a result, not an exception.
 */
public final class AuditSynchronizer {

	private static final Log logger = LogFactory.getLog(AuditSynchronizer.class);

	private final DeviceConsent consent;

	private final SyncSteps steps;

	private final CycleTurns turns;

	private final Pauses pauses;

	private final Clock clock;

	private final Object statusLock = new Object();

	private volatile SyncStatus status = SyncStatus.NONE;

	private volatile Consumer<SyncResult> schedule = (result) -> {
	};

	AuditSynchronizer(DeviceConsent consent, SyncSteps steps, CycleTurns turns, Pauses pauses, Clock clock) {
		this.consent = consent;
		this.steps = steps;
		this.turns = turns;
		this.pauses = pauses;
		this.clock = clock;
	}

	/**
	 * Starts building a synchronizer.
	 * @param consent the device's consent, which the cycle changes
	 * @param client the service
	 * @param repository where former bundles wait until they are drained
	 * @param logs opens the logs of former bundles
	 */
	public static AuditSynchronizerBuilder builder(DeviceConsent consent, GrantexClient client,
			BundleRepository repository, AuditLogs logs) {
		return new AuditSynchronizerBuilder(consent, client, repository, logs);
	}

	/**
	 * Runs one cycle that begins after this was called. While another one runs, it waits
	 * for the next, which all callers that wait share. Blocks for network and disk, so it
	 * must not be called on an event loop; a thread that is interrupted as it waits gets
	 * a result with the problem {@code interrupted}.
	 * @return what the cycle did
	 * @throws IllegalStateException if a listener of the cycle's own events calls it, or
	 * one keeps the cycle under way from going on for half a minute
	 */
	public SyncResult sync() {
		return cycle(true, this.steps::cycle);
	}

	/**
	 * Requests a bundle if there is none that may be used, and does nothing else; unless
	 * it shares the next cycle with callers of {@link #sync()}.
	 * @return what happened
	 */
	public SyncResult issue() {
		return cycle(false, this.steps::issue);
	}

	/**
	 * Requests a bundle if there is none that may be used, after delivering what a chain
	 * that cannot go on still has to say. A request for a bundle that was sent is not cut
	 * off.
	 * @param all how long all calls may take together
	 * @param lookUps how long look-ups may take of that
	 */
	SyncResult issueWithin(Duration all, Duration lookUps) {
		return cycle(false, (report) -> this.steps.issueWithin(CallTime.of(all, lookUps), report));
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

	/**
	 * Sets who is told what each cycle came to, after it has ended and on its thread.
	 */
	void schedule(Consumer<SyncResult> schedule) {
		this.schedule = schedule;
	}

	/**
	 * How long it is until the service can be asked again for what it has asked to wait
	 * with, if there is something.
	 */
	Optional<Duration> untilPauseEnds() {
		return this.pauses.untilNextEnd();
	}

	/**
	 * How long it is until the service can be asked for anything again, if it has asked
	 * to wait with everything. A cycle until then asks nothing. Touches no file and no
	 * network.
	 */
	public Optional<Duration> pause() {
		return this.pauses.untilAnyCall();
	}

	/**
	 * Runs a cycle, or shares one.
	 * @param complete whether it consists of all steps; else one in which nothing was
	 * done says nothing about whether the service can be reached
	 */
	private SyncResult cycle(boolean complete, Consumer<CycleReport> steps) {
		try {
			return this.turns.take(complete, () -> run(complete, steps));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			CycleReport nothing = new CycleReport();
			nothing.attempt(SyncStep.STATUS, () -> {
			});
			return result(nothing);
		}
	}

	private SyncResult run(boolean complete, Consumer<CycleReport> steps) {
		CycleReport report = new CycleReport();
		steps.accept(report);
		SyncResult result = result(report);
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
		this.turns.accept(new AuditSynchronized(result));
		if (complete) {
			this.schedule.accept(result);
		}
		return result;
	}

	private SyncResult result(CycleReport report) {
		return report.result(this.clock.instant(), this.consent.status());
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

}
