package dev.grantex.gemma.guard;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * A call that may run. Of several outcomes that race only the first counts; it is written
 * to the chain that permitted the call, which is then released. Thread-safe.
 */
final class GuardedCall {

	private final CallDecision decision;

	private final VerifiedGrant grant;

	private final CallRecord record;

	private final Observation observation;

	private final AtomicBoolean ended = new AtomicBoolean();

	GuardedCall(CallDecision decision, VerifiedGrant grant, CallRecord record, Observation observation) {
		this.decision = decision;
		this.grant = grant;
		this.record = record;
		this.observation = observation;
	}

	Observation observation() {
		return this.observation;
	}

	/**
	 * Records that the method returned.
	 * @throws CallNotRecordedException if that could not be written yet
	 */
	void succeeded(@Nullable Object result) {
		end(CallResult.SUCCESS, null, (entry) -> entry.succeeded(this.grant, result));
	}

	/**
	 * Records that the method threw.
	 * @throws CallNotRecordedException if that could not be written yet; the failure is
	 * among the suppressed
	 */
	void failed(Throwable failure) {
		end(CallResult.of(failure), failure, (entry) -> entry.failed(this.grant, failure));
	}

	/**
	 * Records that the call was given up.
	 * @throws CallNotRecordedException if that could not be written yet
	 */
	void cancelled() {
		end(CallResult.CANCELLED, null, (entry) -> entry.cancelled(this.grant));
	}

	private void end(CallResult result, @Nullable Throwable failure, Consumer<CallRecord> writing) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		Throwable error = failure;
		try {
			writing.accept(this.record);
		}
		catch (RuntimeException | Error ex) {
			CallNotRecordedException unrecorded = (ex instanceof CallNotRecordedException thrown) ? thrown
					: new CallNotRecordedException("The call ran, but its record could not be written", ex);
			if (failure != null) {
				unrecorded.addSuppressed(failure);
			}
			error = unrecorded;
			throw unrecorded;
		}
		finally {
			GuardObservation.CALL.stop(this.observation, result.text(), error);
			this.decision.close();
		}
	}

}
