package dev.grantex.gemma.guard;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.core.ReactiveAdapter;
import org.springframework.util.Assert;

import dev.grantex.gemma.CallNotRecordedException;

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

	GuardedPublisher(CallGuard guard, GuardedMethod method, @Nullable Object[] arguments, ReactiveAdapter adapter,
			Body body) {
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
	 * Runs the method and returns its publisher.
	 */
	@FunctionalInterface
	interface Body {

		@Nullable Object run() throws Throwable;

	}

	private final class Attempt {

		private final @Nullable Observation parent;

		private final AtomicReference<@Nullable Object> result = new AtomicReference<>();

		private final AtomicReference<@Nullable CallNotRecordedException> unrecorded = new AtomicReference<>();

		private Attempt(ContextView context) {
			this.parent = context.getOrDefault(OBSERVATION_KEY, null);
		}

		private Flux<Object> many() {
			return Flux
				.usingWhen(enter(), (call) -> Flux.from(proceed()).contextWrite(observing(call)), this::succeeded,
						this::failed, this::cancelled)
				.onErrorMap(this::unwrapped);
		}

		private Mono<Object> one() {
			return Mono
				.usingWhen(enter(),
						(call) -> Mono.from(proceed()).doOnNext(this.result::set).contextWrite(observing(call)),
						this::succeeded, this::failed, this::cancelled)
				.onErrorMap(this::unwrapped);
		}

		private Mono<GuardedCall> enter() {
			CallGuard callGuard = GuardedPublisher.this.guard;
			Mono<Optional<String>> token = callGuard.asksForCallerToken() ? CallerTokens.ofSubscription()
					: Mono.just(Optional.empty());
			return token
				.flatMap((value) -> Blocking.call(() -> callGuard.enter(GuardedPublisher.this.method,
						GuardedPublisher.this.arguments, value.orElse(null), this.parent)))
				// A subscriber that left in the meantime leaves a call that nobody ends.
				.doOnDiscard(GuardedCall.class, GuardedCall::cancelled);
		}

		private Publisher<Object> proceed() {
			try {
				Object publisher = GuardedPublisher.this.body.run();
				Assert.state(publisher != null, "A reactive method returned null");
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
			return recording(() -> call.succeeded(this.result.get()));
		}

		private Mono<Void> failed(GuardedCall call, Throwable failure) {
			return recording(() -> call.failed(failure));
		}

		private Mono<Void> cancelled(GuardedCall call) {
			return recording(call::cancelled);
		}

		private Mono<Void> recording(Runnable recording) {
			return Blocking.execute(recording).doOnError(CallNotRecordedException.class, this.unrecorded::set);
		}

		/** Reactor wraps what goes wrong while it cleans up. */
		private Throwable unwrapped(Throwable failure) {
			CallNotRecordedException exception = this.unrecorded.get();
			return (exception != null) ? exception : failure;
		}

	}

}
