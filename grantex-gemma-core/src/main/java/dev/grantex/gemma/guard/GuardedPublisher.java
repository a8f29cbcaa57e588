package dev.grantex.gemma.guard;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.core.ReactiveAdapter;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.util.Assert;

/**
 * What the caller of a guarded reactive method gets: each subscription is decided upon,
 * run and recorded by itself, and never on an event loop where something is written. Ends
 * are passed on after they were recorded.
 */
final class GuardedPublisher {

	/** Where Micrometer's instrumentation of Reactor keeps the current observation. */
	private static final String OBSERVATION_KEY = "micrometer.observation";

	private final CallGuard guard;

	private final GuardedMethod method;

	private final @Nullable Object[] arguments;

	private final ReactiveAdapter adapter;

	private final Body body;

	private final AtomicReference<@Nullable GuardedCall> begun;

	/**
	 * Creates what the caller gets.
	 * @param begun the call in which the publisher was returned, if it goes on in the
	 * first subscription
	 */
	GuardedPublisher(CallGuard guard, GuardedMethod method, @Nullable Object[] arguments, ReactiveAdapter adapter,
			Body body, @Nullable GuardedCall begun) {
		this.begun = new AtomicReference<>(begun);
		if (begun != null) {
			// Without a subscription there is nothing else to end.
			begun.outlives((reason) -> {
			});
		}
		this.guard = guard;
		this.method = method;
		this.arguments = arguments;
		this.adapter = adapter;
		this.body = body;
	}

	/**
	 * The publisher as the reactive type that the method returns.
	 */
	Object adapted() {
		Publisher<?> publisher = this.adapter.isMultiValue()
				? Flux.deferContextual((context) -> new Attempt(context).many())
				: Mono.deferContextual((context) -> new Attempt(context).one());
		return this.adapter.fromPublisher(publisher);
	}

	/**
	 * The caller in whose request a subscription works. The thread says nothing about it.
	 * Spring Security gives every request a context, an empty one to anonymous requests.
	 */
	private static Mono<Caller> callerOfSubscription() {
		return Mono.deferContextual(
				(context) -> context.hasKey(SecurityContext.class) ? ReactiveSecurityContextHolder.getContext()
					.map((security) -> CallerTokens.of(security.getAuthentication()))
					.defaultIfEmpty(Caller.WITHOUT_TOKEN) : Mono.just(Caller.UNKNOWN));
	}

	/**
	 * Does something that may wait, on whatever thread it may be done. Cancelling does
	 * not stop it.
	 */
	private static <T> Mono<T> blocking(Callable<T> task) {
		return Mono.create((sink) -> Blocking.run(() -> {
			try {
				sink.success(task.call());
			}
			catch (Throwable ex) {
				sink.error(ex);
			}
		}));
	}

	private static Mono<Void> recording(Runnable task) {
		return blocking(() -> {
			task.run();
			return null;
		});
	}

	/**
	 * Runs the method and returns its publisher.
	 */
	@FunctionalInterface
	interface Body {

		@Nullable Object run() throws Throwable;

	}

	private final class Attempt {

		private final @Nullable Observation parent;

		private final AtomicReference<@Nullable Object> result = new AtomicReference<>();

		private final AtomicReference<@Nullable Throwable> unrecorded = new AtomicReference<>();

		/** Completes what is under way, which the call then turns into an error. */
		private final Sinks.Empty<Object> revocation = Sinks.empty();

		private Attempt(ContextView context) {
			this.parent = context.getOrDefault(OBSERVATION_KEY, null);
		}

		private Flux<Object> many() {
			return Flux
				.usingWhen(enter(),
						(call) -> Flux.from(proceed(call))
							.takeUntilOther(this.revocation.asMono())
							.contextWrite(observing(call)),
						this::succeeded, this::failed, this::cancelled)
				.onErrorMap(this::unwrapped);
		}

		private Mono<Object> one() {
			return Mono
				.usingWhen(enter(),
						(call) -> Mono.from(proceed(call))
							.takeUntilOther(this.revocation.asMono())
							.doOnNext(this.result::set)
							.contextWrite(observing(call)),
						this::succeeded, this::failed, this::cancelled)
				.onErrorMap(this::unwrapped);
		}

		private Mono<GuardedCall> enter() {
			GuardedCall current = GuardedPublisher.this.begun.getAndSet(null);
			if (current != null && current.isRunning()) {
				return Mono.just(current);
			}
			CallGuard callGuard = GuardedPublisher.this.guard;
			Mono<Caller> asking = callGuard.asksForCaller() ? callerOfSubscription() : Mono.just(Caller.UNKNOWN);
			return asking
				.flatMap((caller) -> blocking(() -> callGuard.enter(GuardedPublisher.this.method,
						GuardedPublisher.this.arguments, caller, this.parent)))
				// A subscriber that left in the meantime leaves a call that nobody ends.
				.doOnDiscard(GuardedCall.class, GuardedCall::abandoned);
		}

		private Publisher<Object> proceed(GuardedCall call) {
			try {
				Object publisher = GuardedPublisher.this.body.run();
				Assert.state(publisher != null, "A reactive method returned null");
				call.outlives((reason) -> this.revocation.tryEmitEmpty());
				return GuardedPublisher.this.adapter.toPublisher(publisher);
			}
			catch (Throwable ex) {
				return Mono.error(ex);
			}
		}

		private Function<Context, Context> observing(GuardedCall call) {
			return (context) -> context.put(OBSERVATION_KEY, call.observation());
		}

		private Mono<Void> succeeded(GuardedCall call) {
			return end(call.returned(this.result.get()));
		}

		private Mono<Void> failed(GuardedCall call, Throwable failure) {
			return end(call.threw(failure));
		}

		private Mono<Void> cancelled(GuardedCall call) {
			return recording(call::abandoned);
		}

		private Mono<Void> end(Runnable recording) {
			return recording(recording).doOnError(this.unrecorded::set);
		}

		/** Reactor wraps what goes wrong while it cleans up. */
		private Throwable unwrapped(Throwable failure) {
			Throwable exception = this.unrecorded.get();
			return (exception != null) ? exception : failure;
		}

	}

}
