package dev.grantex.gemma.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.micrometer.observation.Observation;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapter;

import dev.grantex.gemma.EventLoop;

/**
 * One invocation of a guarded method through a proxy, in the manner that its return type
 * calls for: at once, until a stage completes, or for each subscription.
 */
final class GuardedInvocation {

	private final CallGuard guard;

	private final GuardedMethod method;

	private final MethodInvocation invocation;

	private final @Nullable Object[] arguments;

	private final ProxyPassages.Passage passage;

	GuardedInvocation(CallGuard guard, GuardedMethod method, MethodInvocation invocation) {
		this.guard = guard;
		this.method = method;
		this.invocation = invocation;
		this.arguments = SuspendingMethod.is(invocation.getMethod())
				? SuspendingMethod.argumentsOf(invocation.getArguments()) : invocation.getArguments();
		this.passage = guard.passages().begin(invocation);
	}

	@Nullable Object run() throws Throwable {
		Class<?> returnType = this.method.returnType();
		boolean stage = CompletionStage.class.isAssignableFrom(returnType);
		if (!stage) {
			ReactiveAdapter adapter = ReturnedWork.adapter(returnType);
			if (adapter != null) {
				return new GuardedPublisher(this.guard, this.method, this.arguments, adapter, this::proceedAnew, null)
					.adapted();
			}
		}
		Caller caller = this.guard.asksForCaller() ? CallerTokens.ofThread() : Caller.UNKNOWN;
		return (stage && EventLoop.isCurrentThread()) ? runElsewhere(caller) : runHere(caller);
	}

	private @Nullable Object runHere(Caller caller) throws Throwable {
		GuardedCall call = this.guard.enter(this.method, this.arguments, caller, null);
		Object result;
		try (Observation.Scope scope = call.openScope()) {
			result = this.passage.through(this.invocation::proceed);
			if (result instanceof CompletionStage<?> stage) {
				return RecordedFuture.of(call, stage);
			}
			Object publisher = adopted(call, result);
			if (publisher != null) {
				return publisher;
			}
			if (ReturnedWork.isHiddenIn(result)) {
				throw new IllegalStateException(
						"The outcome of " + this.method.name() + " cannot be observed through what it has returned");
			}
		}
		catch (Throwable ex) {
			call.failed(ex);
			throw ex;
		}
		call.succeeded(result);
		return result;
	}

	/**
	 * For a method that returns a stage, called on an event loop: whether it may run is
	 * found out on a worker, and so is a denial.
	 */
	private CompletableFuture<@Nullable Object> runElsewhere(Caller caller) {
		CompletableFuture<@Nullable Object> future = new CompletableFuture<>();
		Blocking.run(() -> {
			try {
				CompletionStage<?> stage = (CompletionStage<?>) runHere(caller);
				if (stage == null) {
					future.complete(null);
					return;
				}
				pass(stage, future);
			}
			catch (Throwable ex) {
				future.completeExceptionally(ex);
			}
		});
		return future;
	}

	private static void pass(CompletionStage<?> source, CompletableFuture<@Nullable Object> target) {
		source.whenComplete((value, failure) -> {
			if (failure != null) {
				target.completeExceptionally(failure);
			}
			else {
				target.complete(value);
			}
		});
		target.whenComplete((value, failure) -> {
			if (target.isCancelled()) {
				source.toCompletableFuture().cancel(true);
			}
		});
	}

	/**
	 * A publisher behind a return type that did not announce it: the first subscription
	 * is the rest of this call, and any other a call of its own.
	 */
	private @Nullable Object adopted(GuardedCall call, @Nullable Object result) {
		ReactiveAdapter adapter = ReturnedWork.adapter(result);
		return (adapter != null)
				? new GuardedPublisher(this.guard, this.method, this.arguments, adapter, () -> result, call).adapted()
				: null;
	}

	private @Nullable Object proceedAnew() throws Throwable {
		return this.passage.through((this.invocation instanceof ProxyMethodInvocation proxied)
				? proxied.invocableClone()::proceed : this.invocation::proceed);
	}

}
