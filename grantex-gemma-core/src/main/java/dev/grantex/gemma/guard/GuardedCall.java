package dev.grantex.gemma.guard;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.EventLoop;
import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.RunningCall;

/**
 * A call that may run. Of several outcomes that race only the first counts; it is written
 * to the chain that permitted the call, which is then released, whatever the
 * application's own code does meanwhile. A call that its chain does not wait for is
 * recorded as still running, and its outcome in no entry. Thread-safe.
 */
final class GuardedCall implements RunningCall {

	private final CallDecision decision;

	private final CallRecord record;

	private final CallMetadata metadata;

	private final ObservedCall observed;

	private final RecordDeadlines deadlines;

	private final GuardLog log;

	private final Consumer<CallResult> late;

	private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

	private final AtomicReference<@Nullable Consumer<Throwable>> ending = new AtomicReference<>();

	private volatile boolean revoked;

	private volatile @Nullable CallNotRecordedException unrecordedEnd;

	/**
	 * Creates a call.
	 * @param log is told of what goes wrong beside the call
	 * @param late is told of an outcome that is in no entry, because the chain has not
	 * waited for it
	 */
	GuardedCall(CallDecision decision, CallRecord record, CallMetadata metadata, ObservedCall observed,
			RecordDeadlines deadlines, GuardLog log, Consumer<CallResult> late) {
		this.decision = decision;
		this.record = record;
		this.metadata = metadata;
		this.observed = observed;
		this.deadlines = deadlines;
		this.log = log;
		this.late = late;
	}

	Observation observation() {
		return this.observed.observation();
	}

	/**
	 * Makes the call's observation the thread's until the scope is closed. Never throws.
	 */
	Observation.Scope openScope() {
		return this.observed.openScope();
	}

	/**
	 * Whether the outcome is yet to be recorded.
	 */
	boolean isRunning() {
		return this.state.get() == State.RUNNING;
	}

	/**
	 * The method has returned, and the call goes on: a revocation ends it from now on.
	 * @param ending is given the reason, on a thread of its own, after the call was
	 * recorded as cancelled
	 */
	void outlives(Consumer<Throwable> ending) {
		this.ending.set(ending);
		if (this.revoked) {
			Blocking.run(this::endRevoked);
		}
	}

	@Override
	public void revoked() {
		this.revoked = true;
		endRevoked();
	}

	private void endRevoked() {
		Consumer<Throwable> action = this.ending.getAndSet(null);
		if (action == null) {
			return;
		}
		if (this.state.compareAndSet(State.RUNNING, State.REVOKED)) {
			recordRevocation();
		}
		if (this.state.get() == State.REVOKED) {
			Blocking.apart(() -> action.accept(reasonOfEnd()));
		}
	}

	private void recordRevocation() {
		this.decision.ended();
		try {
			write(CallResult.CANCELLED, null, withoutApplication());
		}
		catch (CallNotRecordedException ex) {
			this.log.tell(GuardLog.Trouble.REVOCATION, ex);
			this.unrecordedEnd = ex;
		}
	}

	private GrantexGemmaException reasonOfEnd() {
		CallNotRecordedException unrecorded = this.unrecordedEnd;
		return (unrecorded != null) ? unrecorded : DenialReason.REVOKED.toException();
	}

	@Override
	public void overdue() {
		if (this.state.compareAndSet(State.RUNNING, State.OVERDUE)) {
			try {
				this.record.stillRunning(withoutApplication(), this::release);
			}
			finally {
				release();
			}
		}
	}

	/**
	 * What there is to tell without running the application's code on a thread that it
	 * must not hold up.
	 */
	private Map<String, Object> withoutApplication() {
		return this.metadata.namesResult() ? RecordDeadlines.LATE : this.metadata.beforehand();
	}

	/**
	 * Records that the method returned.
	 * @throws CallNotRecordedException if that could not be written yet, or never will be
	 * @throws GrantexGemmaException if the call was ended by a revocation before
	 */
	void succeeded(@Nullable Object result) {
		returned(result).run();
	}

	/**
	 * Records that the method threw.
	 * @throws CallNotRecordedException if that could not be written yet, or never will
	 * be; the failure is among the suppressed
	 */
	void failed(Throwable failure) {
		threw(failure).run();
	}

	/**
	 * Records that the call was given up by a caller who waits for nothing. Never throws.
	 */
	void abandoned() {
		this.log.attempt(GuardLog.Trouble.CANCELLATION, this::cancelled);
	}

	/**
	 * Records that the call was given up.
	 * @throws CallNotRecordedException if that could not be written yet, or never will be
	 */
	void cancelled() {
		end(CallResult.CANCELLED, null, null).run();
	}

	/**
	 * Takes note that the method returned.
	 * @return records it as {@link #succeeded} does, on a thread that may wait; if that
	 * takes too long to come to it, it is recorded all the same
	 */
	Runnable returned(@Nullable Object result) {
		Runnable recording = end(CallResult.SUCCESS, null, result);
		return () -> {
			recording.run();
			if (this.state.get() == State.REVOKED) {
				throw reasonOfEnd();
			}
		};
	}

	/**
	 * Takes note that the method threw.
	 * @return records it as {@link #failed} does, like that of {@link #returned}
	 */
	Runnable threw(Throwable failure) {
		return end(CallResult.of(failure), failure, null);
	}

	private Runnable end(CallResult result, @Nullable Throwable failure, @Nullable Object value) {
		if (this.state.compareAndSet(State.OVERDUE, State.ENDED)) {
			return () -> endLate(result, failure);
		}
		if (!this.state.compareAndSet(State.RUNNING, State.ENDED)) {
			return () -> {
			};
		}
		this.decision.ended();
		boolean namesResult = this.metadata.namesResult();
		if (!namesResult && !EventLoop.isCurrentThread()) {
			return () -> write(result, failure, this.metadata.beforehand());
		}
		RecordDeadlines.PendingRecord pending = this.deadlines
			.begin((asked) -> write(result, failure, namesResult ? asked : this.metadata.beforehand()));
		return () -> pending.complete(() -> this.metadata.afterwards(value));
	}

	private void write(CallResult result, @Nullable Throwable failure, Map<String, Object> asked) {
		Throwable error = failure;
		try {
			this.record.ended(result, failure, asked, this::release);
		}
		catch (Throwable ex) {
			CallNotRecordedException unrecorded = (ex instanceof CallNotRecordedException thrown) ? thrown
					: new CallNotRecordedException(
							"The call ran, but its record could not be written. Do not repeat it; tell the user.", ex);
			error = withSuppressed(unrecorded, failure);
			throw unrecorded;
		}
		finally {
			release();
			this.observed.stop(result, error);
		}
	}

	private void endLate(CallResult result, @Nullable Throwable failure) {
		CallNotRecordedException unrecorded = new CallNotRecordedException(
				"The call ran longer than its consent, and its outcome is not recorded. Do not repeat it; tell the user.");
		this.observed.stop(result, withSuppressed(unrecorded, failure));
		this.late.accept(result);
		throw unrecorded;
	}

	private static CallNotRecordedException withSuppressed(CallNotRecordedException exception,
			@Nullable Throwable failure) {
		if (failure != null) {
			exception.addSuppressed(failure);
		}
		return exception;
	}

	private void release() {
		// What the call did is on record; nobody can do anything about a failure.
		this.log.attempt(GuardLog.Trouble.RELEASE, this.decision::close);
	}

	private enum State {

		/** Its outcome is yet to be recorded. */
		RUNNING,

		/** Recorded as cancelled, because the consent was revoked. */
		REVOKED,

		/** Recorded as still running. */
		OVERDUE,

		/** Its outcome is known. */
		ENDED

	}

}
