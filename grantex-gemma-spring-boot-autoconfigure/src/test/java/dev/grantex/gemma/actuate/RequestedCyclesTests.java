package dev.grantex.gemma.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import dev.grantex.simulator.Pause;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.consent.ServiceFixture;
import dev.grantex.gemma.sync.AuditSynchronizer;
import dev.grantex.gemma.sync.SyncProblem;
import dev.grantex.gemma.sync.SyncResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Who waits for a cycle that a request has asked for, and for how long.
 */
class RequestedCyclesTests extends ServiceFixture {

	private static final Duration FOR_EVER = Duration.ofDays(1);

	private final ExecutorService requests = Executors.newCachedThreadPool();

	private Device device;

	private AuditSynchronizer synchronizer;

	private Pause held;

	@BeforeEach
	void startWithAServiceThatAnswersLate() {
		this.device = device();
		this.synchronizer = AuditSynchronizer
			.builder(this.device.consent(), this.client, this.device.repository(), this.device::auditLog)
			.clock(this.clock)
			.build();
		this.held = this.simulator.faults().pauseBeforeCommit(Route.STATUS);
		this.simulator.clearRequests();
	}

	@AfterEach
	void letTheServiceAnswer() {
		this.held.release();
	}

	@AfterAll
	void stopAsking() {
		this.requests.shutdownNow();
	}

	@Test
	void eightWaitAndShareCyclesAndAllOthersAreToldWhenToAskAgain() throws Exception {
		try (RequestedCycles cycles = cycles(FOR_EVER)) {
			List<CompletableFuture<SyncResult>> all = Stream.generate(() -> request(cycles)).limit(50).toList();
			await().until(() -> all.stream().filter(CompletableFuture::isDone).count() == 42);
			assertThat(cycles.waiting()).isEqualTo(8);
			assertThat(all.stream().filter(CompletableFuture::isDone)).allSatisfy((refused) -> assertBusy(refused, 5));
			this.held.release();
			await().until(() -> all.stream().allMatch(CompletableFuture::isDone));
			assertThat(all.stream().filter((one) -> !one.isCompletedExceptionally()).map(CompletableFuture::join))
				.hasSize(8)
				.allMatch(SyncResult::isSuccessful);
			assertThat(this.simulator.requests(Route.STATUS)).hasSizeLessThanOrEqualTo(2);
			await().until(() -> cycles.waiting() == 0);
		}
	}

	@Test
	void whoHasWaitedTooLongIsToldWhenToAskAgainAndTheCycleGoesOn() {
		try (RequestedCycles cycles = cycles(Duration.ofMillis(50))) {
			await().until(() -> {
				assertBusy(request(cycles), 5);
				return this.held.awaitReached(Duration.ofMillis(50));
			});
			assertThat(cycles.waiting()).isZero();
			this.held.release();
			await().until(() -> this.synchronizer.status().lastSuccessAt() != null);
		}
	}

	@Test
	void whoIsInterruptedLeavesAtOnceAndEndsNoCycle() throws Exception {
		try (RequestedCycles cycles = cycles(FOR_EVER)) {
			AtomicReference<Throwable> thrown = new AtomicReference<>();
			AtomicReference<Boolean> interrupted = new AtomicReference<>();
			Thread leaving = new Thread(() -> {
				thrown.set(catchThrowable(cycles::await));
				interrupted.set(Thread.currentThread().isInterrupted());
			});
			leaving.start();
			assertThat(this.held.awaitReached(Duration.ofSeconds(60))).isTrue();
			leaving.interrupt();
			leaving.join();
			assertThat(thrown.get()).isInstanceOf(EndpointBusyException.class);
			assertThat(interrupted.get()).isTrue();
			assertThat(cycles.waiting()).isZero();
			this.held.release();
			await().until(() -> this.synchronizer.status().lastSuccessAt() != null);
		}
	}

	@Test
	void cycleForWhichNobodyWaitsAnyMoreIsNotRun() throws Exception {
		try (RequestedCycles cycles = cycles(FOR_EVER)) {
			CompletableFuture<SyncResult> first = request(cycles);
			assertThat(this.held.awaitReached(Duration.ofSeconds(60))).isTrue();
			Thread leaving = new Thread(() -> catchThrowable(cycles::await));
			leaving.start();
			await().until(() -> leaving.getState() == Thread.State.TIMED_WAITING);
			leaving.interrupt();
			leaving.join();
			this.held.release();
			assertThat(first.get(60, TimeUnit.SECONDS).isSuccessful()).isTrue();
			assertThat(request(cycles).get(60, TimeUnit.SECONDS).isSuccessful()).isTrue();
			assertThat(this.simulator.requests(Route.STATUS)).hasSize(2);
		}
	}

	@Test
	void whileTheServiceHasAskedToWaitWithEverythingNobodyWaitsAndNothingIsAsked() throws Exception {
		this.held.release();
		this.device.calls(1);
		this.clock.advance(Duration.ofHours(69));
		limit(Route.STATUS, 100);
		limit(Route.SYNC, 42);
		limit(Route.REFRESH, 60);
		try (RequestedCycles cycles = cycles(FOR_EVER)) {
			assertThat(request(cycles).get(60, TimeUnit.SECONDS).problems()).extracting(SyncProblem::kind)
				.containsOnly(SyncProblem.Kind.RATE_LIMITED);
			this.simulator.clearRequests();
			this.clock.advance(Duration.ofMillis(1));
			assertBusy(request(cycles), 42);
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(this.synchronizer.sync().problems()).extracting(SyncProblem::kind)
				.containsOnly(SyncProblem.Kind.RATE_LIMITED);
			assertThat(this.simulator.requests()).isEmpty();
			this.clock.advance(Duration.ofSeconds(42));
			assertThat(request(cycles).get(60, TimeUnit.SECONDS).accepted()).isOne();
		}
	}

	@Test
	void whoWaitsWhenTheApplicationStopsIsToldSo() throws Exception {
		List<CompletableFuture<SyncResult>> all;
		try (RequestedCycles cycles = cycles(FOR_EVER)) {
			CompletableFuture<SyncResult> first = request(cycles);
			assertThat(this.held.awaitReached(Duration.ofSeconds(60))).isTrue();
			all = List.of(first, request(cycles), request(cycles));
			await().until(() -> cycles.waiting() == 3);
		}
		await().until(() -> all.stream().allMatch(CompletableFuture::isDone));
	}

	private RequestedCycles cycles(Duration longestWait) {
		return new RequestedCycles(this.synchronizer, this.clock, longestWait);
	}

	private CompletableFuture<SyncResult> request(RequestedCycles cycles) {
		return CompletableFuture.supplyAsync(cycles::await, this.requests);
	}

	private void limit(Route route, int seconds) {
		this.simulator.faults()
			.respond(route, 429, "{\"message\":\"no\",\"code\":\"RATE_LIMITED\",\"requestId\":\"r\"}",
					Map.of("retry-after", String.valueOf(seconds)), 1);
	}

	private void assertBusy(CompletableFuture<SyncResult> request, int seconds) {
		assertThatExceptionOfType(CompletionException.class).isThrownBy(request::join)
			.withCauseInstanceOf(EndpointBusyException.class)
			.satisfies((ex) -> assertThat((EndpointBusyException) ex.getCause())
				.returns(Duration.ofSeconds(seconds), EndpointBusyException::retryAfter)
				.returns(this.clock.instant().plusSeconds(seconds), EndpointBusyException::until));
	}

}
