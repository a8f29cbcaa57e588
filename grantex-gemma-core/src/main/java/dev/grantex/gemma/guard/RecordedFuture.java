package dev.grantex.gemma.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

/**
 * What the caller of a guarded method gets in place of the stage that the method
 * returned: it completes in the same way, but after the outcome was recorded, and
 * cancelling it cancels the method's own stage.
 */
final class RecordedFuture extends CompletableFuture<Object> {

	private final GuardedCall call;

	private final CompletionStage<?> source;

	private RecordedFuture(GuardedCall call, CompletionStage<?> source) {
		this.call = call;
		this.source = source;
	}

	static RecordedFuture of(GuardedCall call, CompletionStage<?> source) {
		RecordedFuture future = new RecordedFuture(call, source);
		source.whenComplete((value, failure) -> {
			Runnable recording = (failure != null) ? call.threw(failure) : call.returned(value);
			Blocking.run(() -> future.end(recording, value, failure));
		});
		call.outlives(future::giveUp);
		return future;
	}

	private void giveUp(Throwable reason) {
		completeExceptionally(reason);
		cancelSource(true);
	}

	private void cancelSource(boolean mayInterruptIfRunning) {
		if (this.source instanceof Future<?> running) {
			running.cancel(mayInterruptIfRunning);
		}
	}

	@SuppressWarnings("NullAway") // JSpecify's view of CompletableFuture has no null
									// values
	private void end(Runnable recording, Object value, Throwable failure) {
		try {
			recording.run();
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
			Blocking.run(this.call::abandoned);
			cancelSource(mayInterruptIfRunning);
		}
		return cancelled;
	}

	@Override
	public <U> CompletableFuture<U> newIncompleteFuture() {
		return new CompletableFuture<>();
	}

}
