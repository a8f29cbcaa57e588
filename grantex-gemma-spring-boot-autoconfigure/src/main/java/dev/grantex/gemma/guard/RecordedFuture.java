package dev.grantex.gemma.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.CallNotRecordedException;

/**
 * What the caller of a guarded method gets in place of the stage that the method
 * returned: it completes in the same way, but after the outcome was recorded, and
 * cancelling it cancels the method's own stage.
 */
final class RecordedFuture extends CompletableFuture<Object> {

	private static final Log logger = LogFactory.getLog(RecordedFuture.class);

	private final GuardedCall call;

	private final CompletionStage<?> source;

	private RecordedFuture(GuardedCall call, CompletionStage<?> source) {
		this.call = call;
		this.source = source;
	}

	static RecordedFuture of(GuardedCall call, CompletionStage<?> source) {
		RecordedFuture future = new RecordedFuture(call, source);
		source.whenComplete((value, failure) -> Blocking.run(() -> future.end(value, failure)));
		return future;
	}

	@SuppressWarnings("NullAway") // JSpecify's view of CompletableFuture has no null
									// values
	private void end(Object value, Throwable failure) {
		try {
			if (failure != null) {
				this.call.failed(failure);
			}
			else {
				this.call.succeeded(value);
			}
		}
		catch (RuntimeException | Error ex) {
			// Whatever it is: who waits for this future must not wait for ever.
			completeExceptionally(ex);
			return;
		}
		if (failure == null) {
			complete(value);
		}
		else {
			completeExceptionally(failure);
		}
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean cancelled = super.cancel(mayInterruptIfRunning);
		if (cancelled) {
			Blocking.run(this::recordCancellation);
			if (this.source instanceof Future<?> future) {
				future.cancel(mayInterruptIfRunning);
			}
		}
		return cancelled;
	}

	@Override
	public <U> CompletableFuture<U> newIncompleteFuture() {
		return new CompletableFuture<>();
	}

	private void recordCancellation() {
		try {
			this.call.cancelled();
		}
		catch (CallNotRecordedException ex) {
			logger.error("The cancellation of a call could not be recorded", ex);
		}
	}

}
