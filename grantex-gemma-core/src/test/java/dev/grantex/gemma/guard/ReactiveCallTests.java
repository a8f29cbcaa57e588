package dev.grantex.gemma.guard;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import org.springframework.aop.framework.ProxyFactory;

import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for guarded methods that return reactive types.
 */
class ReactiveCallTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final Scheduler eventLoop = Schedulers.newSingle("event-loop");

	private GuardContext guard;

	private RecordingConsent consent;

	private ReactiveTools tools;

	@BeforeEach
	void start() {
		this.guard = GuardContext.of(ReactiveTools.class);
		this.consent = this.guard.consent;
		this.tools = this.guard.get(ReactiveTools.class);
	}

	@AfterEach
	void stop() {
		await().untilAsserted(() -> assertThat(this.consent.open).as("decisions left open").hasValue(0));
		this.eventLoop.dispose();
		this.guard.close();
	}

	@Test
	void nothingHappensBeforeTheSubscription() {
		this.tools.one(() -> Mono.just("done"));
		assertThat(this.consent.decisions).hasValue(0);
		assertThat(this.tools.runs()).isZero();
	}

	@Test
	void eachSubscriptionIsDecidedRunAndRecorded() {
		Mono<String> mono = this.tools.one(() -> Mono.just("done"));
		StepVerifier.create(mono).expectNext("done").verifyComplete();
		this.consent.denial = DenialReason.REVOKED;
		StepVerifier.create(mono).verifyErrorMessage(DenialReason.REVOKED.message());
		this.consent.denial = null;
		StepVerifier.create(mono).expectNext("done").verifyComplete();
		assertThat(this.consent.results()).containsExactly("success", "denied", "success");
		assertThat(this.tools.runs()).isEqualTo(2);
	}

	@Test
	void valueIsPassedOnAfterTheRecord() {
		StepVerifier.create(this.tools.one(() -> Mono.just("done")).map((value) -> value + this.consent.entries.size()))
			.expectNext("done1")
			.verifyComplete();
		assertThat(this.consent.only().metadata()).containsEntry("answer", "done");
	}

	@Test
	void emptyMonoIsASuccess() {
		StepVerifier.create(this.tools.one(Mono::empty)).verifyComplete();
		assertThat(this.consent.only().result()).isEqualTo("success");
		assertThat(this.consent.only().metadata()).containsEntry("answer", null);
	}

	@Test
	void missingScopesAreAnErrorOfTheSubscription() {
		this.consent.grant = RecordingConsent.grant();
		StepVerifier.create(this.tools.one(() -> Mono.just("done"))).verifyError(ScopeViolationException.class);
		StepVerifier.create(this.tools.many(() -> Flux.just("done"))).verifyError(ScopeViolationException.class);
		assertThat(this.tools.runs()).isZero();
		assertThat(this.consent.results()).containsExactly("denied", "denied");
	}

	@Test
	void failureIsRecordedAndPassedOnUnchanged() {
		IllegalStateException failure = new IllegalStateException("secret");
		StepVerifier.create(this.tools.one(() -> Mono.error(failure)))
			.verifyErrorSatisfies((ex) -> assertThat(ex).isSameAs(failure));
		StepVerifier.create(this.tools.many(() -> Flux.<String>just("a").concatWith(Flux.error(failure))))
			.expectNext("a")
			.verifyErrorSatisfies((ex) -> assertThat(ex).isSameAs(failure));
		assertThat(this.consent.results()).containsExactly("error", "error");
		assertThat(this.consent.entries.get(0).metadata()).containsEntry("exception",
				"java.lang.IllegalStateException");
	}

	@Test
	void methodThatThrowsIsAnErrorOfTheSubscription() {
		IllegalStateException failure = new IllegalStateException("secret");
		Mono<String> mono = this.tools.one(() -> {
			throw failure;
		});
		StepVerifier.create(mono).verifyErrorSatisfies((ex) -> assertThat(ex).isSameAs(failure));
		assertThat(this.consent.results()).containsExactly("error");
	}

	@Test
	void methodThatReturnsNullIsAnError() {
		StepVerifier.create(this.tools.one(() -> null)).verifyError(IllegalStateException.class);
		assertThat(this.consent.results()).containsExactly("error");
	}

	@Test
	void streamIsRecordedAtItsEnd() {
		Sinks.Many<String> sink = Sinks.many().unicast().onBackpressureBuffer();
		StepVerifier.create(this.tools.many(sink::asFlux))
			.then(() -> sink.tryEmitNext("a"))
			.expectNext("a")
			.then(() -> {
				assertThat(this.consent.entries).isEmpty();
				sink.tryEmitComplete();
			})
			.verifyComplete();
		assertThat(this.consent.results()).containsExactly("success");
	}

	@Test
	void cancelledSubscriptionIsRecorded() {
		StepVerifier.create(this.tools.many(() -> Flux.just("a", "b").concatWith(Flux.never())))
			.expectNext("a")
			.thenCancel()
			.verify(LIMIT);
		StepVerifier.create(this.tools.one(Mono::never)).expectSubscription().thenCancel().verify(LIMIT);
		assertThat(this.consent.results()).containsExactly("cancelled", "cancelled");
	}

	@Test
	void outcomeThatCannotBeRecordedSaysSo() {
		this.consent.unwritable.add("success");
		StepVerifier.create(this.tools.one(() -> Mono.just("done"))).verifyError(CallNotRecordedException.class);
		StepVerifier.create(this.tools.many(() -> Flux.just("done")))
			.expectNext("done")
			.verifyError(CallNotRecordedException.class);
	}

	@Test
	void failureThatCannotBeRecordedIsKept() {
		this.consent.unwritable.add("error");
		IllegalStateException failure = new IllegalStateException("secret");
		StepVerifier.create(this.tools.one(() -> Mono.error(failure))).verifyErrorSatisfies((ex) -> {
			assertThat(ex).isInstanceOf(CallNotRecordedException.class);
			assertThat(ex.getSuppressed()).contains(failure);
		});
	}

	@Test
	void otherReactiveTypesAreGuarded() {
		StepVerifier.create(this.tools.publisher()).expectNext("a").verifyComplete();
		StepVerifier.create(JdkFlowAdapter.flowPublisherToFlux(this.tools.flow())).expectNext("a").verifyComplete();
		assertThat(this.consent.results()).containsExactly("success", "success");
	}

	@Test
	void genericReturnTypeIsResolved() {
		try (GuardContext generic = GuardContext.of(GenericTool.class)) {
			@SuppressWarnings("unchecked")
			Supplier<Mono<String>> tool = generic.get(Supplier.class);
			Mono<String> mono = tool.get();
			assertThat(generic.consent.decisions).hasValue(0);
			StepVerifier.create(mono).expectNextMatches("a"::equals).verifyComplete();
			assertThat(generic.consent.results()).containsExactly("success");
		}
	}

	@Test
	void publisherBehindAnUndeclaredTypeIsTheRestOfTheCall() {
		Mono<?> mono = (Mono<?>) this.tools.undeclared();
		assertThat(this.consent.results()).isEmpty();
		StepVerifier.create(mono).expectNextMatches("a"::equals).verifyComplete();
		assertThat(this.consent.results()).containsExactly("success");
		this.consent.denial = DenialReason.REVOKED;
		StepVerifier.create(mono).verifyErrorMessage(DenialReason.REVOKED.message());
		assertThat(this.consent.results()).containsExactly("success", "denied");
		assertThat(this.consent.decisions).hasValue(2);
	}

	@Test
	void nothingIsWrittenOnAnEventLoop() {
		StepVerifier
			.create(this.tools.intended(() -> Mono.just("done").publishOn(this.eventLoop)).subscribeOn(this.eventLoop))
			.expectNext("done")
			.expectComplete()
			.verify(LIMIT);
		this.consent.grant = RecordingConsent.grant();
		StepVerifier.create(this.tools.intended(Mono::empty).subscribeOn(this.eventLoop))
			.expectError(ScopeViolationException.class)
			.verify(LIMIT);
		assertThat(this.consent.results()).containsExactly("started", "success", "denied");
		assertThat(this.consent.entries).noneMatch((entry) -> entry.thread().getName().startsWith("event-loop"));
	}

	@Test
	void cancellationOnAnEventLoopIsWrittenElsewhere() {
		Disposable subscription = this.tools.one(() -> Mono.<String>never()).subscribe();
		this.eventLoop.schedule(subscription::dispose);
		await().untilAsserted(() -> assertThat(this.consent.results()).containsExactly("cancelled"));
		assertThat(this.consent.only().thread().getName()).doesNotStartWith("event-loop");
	}

	@Test
	void subscriberThatLeavesWhileTheCallIsLetInLeavesACancelledCall() throws Exception {
		CountDownLatch deciding = new CountDownLatch(1);
		CountDownLatch left = new CountDownLatch(1);
		CallGuard slow = new CallGuard(() -> {
			deciding.countDown();
			awaitUninterrupted(left);
			return this.consent.decide();
		}, GrantSource.BUNDLE, false, ObservationRegistry.NOOP, this.guard.context);
		ReactiveTools guarded = guarded(slow);
		Disposable subscription = guarded.one(() -> Mono.<String>never()).subscribeOn(this.eventLoop).subscribe();
		assertThat(deciding.await(60, TimeUnit.SECONDS)).isTrue();
		subscription.dispose();
		left.countDown();
		await().untilAsserted(() -> assertThat(this.consent.results()).containsExactly("cancelled"));
		assertThat(this.consent.only().interrupted()).isFalse();
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new AssertionError("must not be interrupted", ex);
		}
	}

	private static ReactiveTools guarded(CallGuard guard) {
		ProxyFactory factory = new ProxyFactory(new ReactiveTools());
		factory.setProxyTargetClass(true);
		factory.addAdvisor(new RequiresScopeAdvisor(() -> guard));
		return (ReactiveTools) factory.getProxy();
	}

	static class ReactiveTools {

		private final AtomicInteger runs = new AtomicInteger();

		public int runs() {
			return this.runs.get();
		}

		@RequiresScope(value = "read", metadata = "{'answer': #result}")
		public Mono<String> one(Supplier<Mono<String>> body) {
			this.runs.incrementAndGet();
			return body.get();
		}

		@RequiresScope("read")
		public Flux<String> many(Supplier<Flux<String>> body) {
			this.runs.incrementAndGet();
			return body.get();
		}

		@RequiresScope(value = "read", recordIntent = RecordIntent.ALWAYS)
		public Mono<String> intended(Supplier<Mono<String>> body) {
			return body.get();
		}

		@RequiresScope("read")
		public Publisher<String> publisher() {
			return Mono.just("a");
		}

		@RequiresScope("read")
		public Flow.Publisher<String> flow() {
			return JdkFlowAdapter.publisherToFlowPublisher(Flux.just("a"));
		}

		@RequiresScope("read")
		public Object undeclared() {
			return Mono.just("a");
		}

	}

	static class GenericTool implements Supplier<Mono<String>> {

		@Override
		@RequiresScope("read")
		public Mono<String> get() {
			return Mono.just("a");
		}

	}

}
