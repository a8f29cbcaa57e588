package dev.grantex.gemma.guard;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.consent.ServiceFixture;
import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What a revoked or stranded chain does about calls that do not end.
 */
@ExtendWith(OutputCaptureExtension.class)
class LongCallsTests extends ServiceFixture {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final List<LateOutcome> late = new CopyOnWriteArrayList<>();

	private Device device;

	private LongTools tools;

	private AuditSynchronizer synchronizer;

	@BeforeEach
	void startDevice() {
		this.late.clear();
		this.device = device();
		this.synchronizer = AuditSynchronizer
			.builder(this.device.consent(), this.client, this.device.repository(), this.device::auditLog)
			.issue(this.request)
			.clock(this.clock)
			.build();
		CallGuard guard = new CallGuard(this.device.consent(), GrantSource.BUNDLE, false, ObservationRegistry.NOOP,
				(event) -> {
					if (event instanceof LateOutcome outcome) {
						this.late.add(outcome);
					}
				});
		ProxyFactory factory = new ProxyFactory(new LongTools());
		factory.setProxyTargetClass(true);
		factory.addAdvisor(new RequiresScopeAdvisor(() -> guard));
		this.tools = (LongTools) factory.getProxy();
	}

	@Test
	void revocationEndsAStream() {
		AtomicBoolean stopped = new AtomicBoolean();
		CompletableFuture<List<String>> stream = this.tools
			.many(() -> Flux.<String>never().startWith("a").doOnCancel(() -> stopped.set(true)))
			.collectList()
			.toFuture();
		revoke();
		assertThat(results()).containsExactly("cancelled");
		assertThat(stream).failsWithin(LIMIT)
			.withThrowableThat()
			.havingCause()
			.isInstanceOfSatisfying(CallDeniedException.class, (ex) -> assertThat(ex.reason()).isEqualTo("revoked"));
		await().atMost(LIMIT).untilTrue(stopped);
		assertKeyErased();
	}

	@Test
	void revocationEndsAMono() {
		AtomicBoolean stopped = new AtomicBoolean();
		CompletableFuture<String> mono = this.tools.one(() -> Mono.<String>never().doOnCancel(() -> stopped.set(true)))
			.toFuture();
		revoke();
		assertThat(results()).containsExactly("cancelled");
		assertThat(mono).failsWithin(LIMIT).withThrowableThat().withCauseInstanceOf(CallDeniedException.class);
		await().atMost(LIMIT).untilTrue(stopped);
		assertKeyErased();
	}

	@Test
	void revocationEndsAStage() {
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> stage = this.tools.stage(() -> work);
		revoke();
		assertThat(results()).containsExactly("cancelled");
		assertThat(stage).failsWithin(LIMIT).withThrowableThat().withCauseInstanceOf(CallDeniedException.class);
		await().atMost(LIMIT).until(work::isCancelled);
		assertKeyErased();
	}

	@Test
	void revocationDoesNotWaitForAStreamThatDoesNotStop() {
		CountDownLatch blocked = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		Thread subscriber = new Thread(() -> this.tools.many(() -> Flux.just("a", "b")).subscribe((value) -> {
			blocked.countDown();
			reach(release);
		}, (ex) -> {
		}));
		subscriber.start();
		reach(blocked);
		revoke();
		assertThat(results()).containsExactly("cancelled");
		assertKeyErased();
		release.countDown();
		await().atMost(LIMIT).until(() -> !subscriber.isAlive());
		assertThat(results()).containsExactly("cancelled");
	}

	@Test
	void streamOfAMethodThatRunsDuringTheRevocationIsEndedWhenItReturns() {
		CompletableFuture<List<String>> stream = this.tools.many(() -> {
			revoke();
			assertThat(results()).isEmpty();
			return Flux.never();
		}).collectList().toFuture();
		assertThat(stream).failsWithin(LIMIT).withThrowableThat().withCauseInstanceOf(CallDeniedException.class);
		assertThat(results()).containsExactly("cancelled");
	}

	@Test
	void stageOfAMethodThatRunsDuringTheRevocationIsEndedWhenItReturns() {
		CompletableFuture<String> stage = this.tools.stage(() -> {
			revoke();
			return new CompletableFuture<>();
		});
		assertThat(stage).failsWithin(LIMIT).withThrowableThat().withCauseInstanceOf(CallDeniedException.class);
		assertThat(results()).containsExactly("cancelled");
	}

	@Test
	void callThatIsRunningAtTheRevocationFinishesAndIsRecorded() {
		this.tools.run(() -> {
			revoke();
			this.clock.advance(Duration.ofMinutes(10).minusMillis(1));
			this.synchronizer.sync();
			assertThat(privateKey()).isNotNull();
		});
		assertThat(results()).containsExactly("success");
		assertKeyErased();
	}

	@Test
	void revokedChainWaitsTenMinutesForACallAndNoLonger(CapturedOutput output) {
		assertThatExceptionOfType(CallNotRecordedException.class).isThrownBy(() -> this.tools.run(() -> {
			revoke();
			this.clock.advance(Duration.ofMinutes(10));
			this.synchronizer.sync();
			assertThat(this.late).isEmpty();
			assertKeyErased();
		}));
		assertThat(this.late).containsExactly(new LateOutcome("LongTools.run", "success"));
		assertThat(output).contains("'LongTools.run' ended (success) after its chain could no longer wait for it");
		SignedAuditEntry entry = this.entries().get(0);
		assertThat(entry.result()).isEqualTo("error");
		assertThat(entry.metadata()).containsEntry("still_running", true).doesNotContainKey("exception");
		assertThat(results()).containsExactly("error");
		assertThat(this.simulator.auditEntries(this.device.bundle().bundleId())).hasSize(1);
	}

	@Test
	void failureAfterTheWaitIsNotLost() {
		IllegalStateException failure = new IllegalStateException("secret");
		assertThatExceptionOfType(CallNotRecordedException.class).isThrownBy(() -> this.tools.run(() -> {
			revoke();
			this.clock.advance(Duration.ofMinutes(10));
			this.synchronizer.sync();
			throw failure;
		})).satisfies((ex) -> assertThat(ex.getSuppressed()).containsExactly(failure));
		assertThat(this.late).containsExactly(new LateOutcome("LongTools.run", "error"));
		assertThat(results()).containsExactly("error");
	}

	@Test
	void intentOfACallThatIsStillRunningIsClosed() {
		assertThatExceptionOfType(CallNotRecordedException.class).isThrownBy(() -> this.tools.runIntended(() -> {
			revoke();
			this.clock.advance(Duration.ofMinutes(10));
			this.synchronizer.sync();
		}));
		assertThat(results()).containsExactly("started", "error");
		assertThat(entries().get(1).metadata()).containsEntry("intent", 1L);
	}

	@Test
	void streamOnAStrandedChainGoesOnForTenMinutesAndThenANewBundleIsAskedFor() {
		Sinks.Many<String> source = Sinks.many().unicast().onBackpressureBuffer();
		CompletableFuture<List<String>> stream = this.tools.many(source::asFlux).collectList().toFuture();
		String former = this.device.bundle().bundleId();
		this.device.consent().chain().strand(StrandingReason.KEY_LOST, null);
		this.synchronizer.sync();
		this.clock.advance(Duration.ofMinutes(10).minusMillis(1));
		this.synchronizer.sync();
		assertThat(this.device.bundle().bundleId()).isEqualTo(former);
		assertThat(stream).isNotDone();
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.synchronizer.sync().issued()).isTrue();
		assertThat(this.device.bundle().bundleId()).isNotEqualTo(former);
		source.tryEmitNext("a");
		source.tryEmitComplete();
		assertThat(stream).failsWithin(LIMIT).withThrowableThat().withCauseInstanceOf(CallNotRecordedException.class);
		assertThat(this.late).containsExactly(new LateOutcome("LongTools.many", "success"));
		assertThat(results()).containsExactly("success");
	}

	@Test
	void stageOnAStrandedChainThatEndsInTimeIsRecordedThere() {
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> stage = this.tools.stage(() -> work);
		this.device.consent().chain().strand(StrandingReason.FORKED, null);
		this.clock.advance(Duration.ofMinutes(10).minusMillis(1));
		this.synchronizer.sync();
		work.complete("done");
		assertThat(stage).succeedsWithin(LIMIT).isEqualTo("done");
		assertThat(results()).containsExactly("success");
		assertThat(this.late).isEmpty();
	}

	@Test
	void deniedCallLooksAfterTheOthersWhereNoCycleRuns() {
		this.tools.one(Mono::never).subscribe((value) -> {
		}, (ex) -> {
		});
		this.device.consent().chain().strand(StrandingReason.FORKED, null);
		this.clock.advance(Duration.ofMinutes(10));
		assertThat(this.device.denial()).isNotNull();
		assertThat(results()).containsExactly("error");
		assertThat(this.device.consent().chain().isIdle()).isTrue();
	}

	@Test
	void clockThatIsSetBackBeginsTheWaitAnew() {
		this.tools.one(Mono::never).subscribe((value) -> {
		}, (ex) -> {
		});
		this.device.consent().chain().strand(StrandingReason.FORKED, null);
		this.clock.advance(Duration.ofSeconds(-20));
		this.device.consent().settle();
		this.clock.advance(Duration.ofMinutes(10).minusMillis(1));
		this.device.consent().settle();
		assertThat(results()).isEmpty();
		this.clock.advance(Duration.ofMillis(1));
		this.device.consent().settle();
		assertThat(results()).containsExactly("error");
	}

	private void revoke() {
		this.simulator.revokeBundle(this.device.bundle().bundleId(), false);
		this.synchronizer.sync();
		assertThat(this.device.consent().status().revocation()).isNotNull();
	}

	private void assertKeyErased() {
		this.synchronizer.sync();
		assertThat(privateKey()).isNull();
	}

	private String privateKey() {
		return this.device.repository().load().orElseThrow().offlineAuditKey().privateKey();
	}

	private List<String> results() {
		return entries().stream().map(SignedAuditEntry::result).toList();
	}

	private List<SignedAuditEntry> entries() {
		try (Stream<SignedAuditEntry> entries = this.device.log().read(1)) {
			return entries.toList();
		}
	}

	private static void reach(CountDownLatch latch) {
		try {
			assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static class LongTools {

		@RequiresScope("read:sensor")
		public void run(Runnable body) {
			body.run();
		}

		@RequiresScope(value = "read:sensor", recordIntent = RecordIntent.ALWAYS)
		public void runIntended(Runnable body) {
			body.run();
		}

		@RequiresScope("read:sensor")
		public Flux<String> many(Supplier<Flux<String>> body) {
			return body.get();
		}

		@RequiresScope("read:sensor")
		public Mono<String> one(Supplier<Mono<String>> body) {
			return body.get();
		}

		@RequiresScope("read:sensor")
		public CompletableFuture<String> stage(Supplier<CompletableFuture<String>> body) {
			return body.get();
		}

	}

}
