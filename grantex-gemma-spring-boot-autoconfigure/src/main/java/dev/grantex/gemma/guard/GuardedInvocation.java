package dev.grantex.gemma.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.micrometer.observation.Observation;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * One invocation of a guarded method through a proxy, in the manner that its return type
 * calls for: at once, until a stage completes, or for each subscription.
 */
final class GuardedInvocation {

	private final CallGuard guard;

	private final GuardedMethod method;

	private final MethodInvocation invocation;

	private final @Nullable Object[] arguments;

	GuardedInvocation(CallGuard guard, GuardedMethod method, MethodInvocation invocation) {
		this.guard = guard;
		this.method = method;
		this.invocation = invocation;
		this.arguments = invocation.getArguments();
	}

	@Nullable Object run() throws Throwable {
		Class<?> returnType = this.method.returnType();
		boolean stage = CompletionStage.class.isAssignableFrom(returnType);
		if (!stage) {
			ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(returnType);
			if (adapter != null) {
				return new GuardedPublisher(this.guard, this.method, this.arguments, adapter, this::proceedAnew)
					.adapted();
			}
		}
		String token = this.guard.asksForCallerToken() ? CallerTokens.ofThread() : null;
		return (stage && Blocking.isForbiddenHere()) ? runElsewhere(token) : runHere(token);
	}

	private @Nullable Object runHere(@Nullable String token) throws Throwable {
		GuardedCall call = this.guard.enter(this.method, this.arguments, token, null);
		Object result;
		try (Observation.Scope scope = call.observation().openScope()) {
			result = this.invocation.proceed();
			if (result instanceof CompletionStage<?> stage) {
				return RecordedFuture.of(call, stage);
			}
		}
		catch (Throwable ex) {
			call.failed(ex);
			throw ex;
		}
		call.succeeded(result);
		return guardIfReactive(result);
	}

	/**
	 * For a method that returns a stage, called on an event loop: whether it may run is
	 * found out on a worker, and so is a denial.
	 */
	private CompletableFuture<@Nullable Object> runElsewhere(@Nullable String token) {
		CompletableFuture<@Nullable Object> future = new CompletableFuture<>();
		Blocking.run(() -> {
			try {
				CompletionStage<?> stage = (CompletionStage<?>) runHere(token);
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
	 * A publisher behind a return type that did not announce it: the call itself has been
	 * recorded, what subscribers do with its result is guarded like any other call.
	 */
	private @Nullable Object guardIfReactive(@Nullable Object result) {
		ReactiveAdapter adapter = (result != null)
				? ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, result) : null;
		return (adapter != null)
				? new GuardedPublisher(this.guard, this.method, this.arguments, adapter, () -> result).adapted()
				: result;
	}

	private @Nullable Object proceedAnew() throws Throwable {
		return (this.invocation instanceof ProxyMethodInvocation proxied) ? proxied.invocableClone().proceed()
				: this.invocation.proceed();
	}

}
