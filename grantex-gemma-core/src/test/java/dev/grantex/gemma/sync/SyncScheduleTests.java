package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import dev.grantex.simulator.Pause;
import dev.grantex.simulator.Route;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.grantex.gemma.bundle.StrandingReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * When cycles run.
 */
class SyncScheduleTests extends SyncFixture {

	private static final Duration INTERVAL = Duration.ofMinutes(5);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** Draws the largest number possible. */
	private final RandomGenerator longest = new RandomGenerator() {

		@Override
		public long nextLong() {
			return Long.MAX_VALUE;
		}

		@Override
		public long nextLong(long bound) {
			return bound - 1;
		}

	};

	private SyncSchedule schedule(SyncDevice device) {
		return endAfterTest(new SyncSchedule(device.synchronizer(), INTERVAL, this.longest));
	}

	/**
	 * Waits for the cycle under way after a test: a request of it that is on its way
	 * would be one of the next test's.
	 */
	private SyncSchedule endAfterTest(SyncSchedule schedule) {
		closeAfterTest(() -> schedule.stop(PATIENCE));
		return schedule;
	}

	@Test
	void waitsTheIntervalAfterSuccess() {
		SyncDevice device = syncDevice();
		assertThat(schedule(device).waitAfter(device.sync())).isEqualTo(INTERVAL);
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "7, 7", "299, 299", "3600, 300", "86400, 300" })
	void waitsUntilThePauseEndsButNoLongerThanTheInterval(int asked, int waited) {
		SyncDevice device = syncDevice();
		this.simulator.faults().respond(Route.STATUS, 429, "{}", Map.of("retry-after", Integer.toString(asked)), 1);
		assertThat(schedule(device).waitAfter(device.sync())).isEqualTo(Duration.ofSeconds(waited));
	}

	@Test
	void backsOffWhileOfflineUpToTheInterval() {
		SyncDevice device = syncDevice();
		SyncSchedule schedule = schedule(device);
		this.simulator.faults().respond(Route.STATUS, 503, "{}", 11);
		assertThat(IntStream.range(0, 11).mapToObj((i) -> schedule.waitAfter(device.sync()).toSeconds()))
			.containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L);
		assertThat(schedule.waitAfter(device.sync())).isEqualTo(INTERVAL);
	}

	@Test
	void waitsTheIntervalWithARefusedKey() {
		SyncDevice device = syncDevice().apiKey("gx_test_wrong");
		assertThat(schedule(device).waitAfter(device.sync())).isEqualTo(INTERVAL);
	}

	@Test
	void goesOnWhenPausedUploadsCan() {
		SyncDevice device = syncDevice();
		assertThat(schedule(device).waitAfter(paused(Duration.ofSeconds(41)))).isEqualTo(Duration.ofSeconds(41));
		assertThat(schedule(device).waitAfter(paused(Duration.ZERO))).isEqualTo(Duration.ofSeconds(1));
		assertThat(schedule(device).waitAfter(paused(Duration.ofHours(1)))).isEqualTo(INTERVAL);
	}

	private SyncResult paused(Duration resumeAfter) {
		return new SyncResult(this.clock.instant(), 1, 1, false, false, false, List.of(), resumeAfter);
	}

	@Test
	void tellsWhenTheNextCycleIsDue() throws Exception {
		SyncDevice device = syncDevice();
		SyncSchedule schedule = schedule(device);
		assertThat(device.synchronizer().status().nextCycleAt()).isNull();
		schedule.start(false);
		assertThat(device.synchronizer().status().nextCycleAt()).isEqualTo(this.clock.instant().plus(INTERVAL));
		device.sync();
		assertThat(device.synchronizer().status().nextCycleAt()).isEqualTo(this.clock.instant().plus(INTERVAL));
		schedule.stop(Duration.ZERO);
		assertThat(device.synchronizer().status().nextCycleAt()).isNull();
	}

	@Test
	void pauseThatACycleOnDemandRanIntoMovesTheSchedule() {
		SyncDevice device = syncDevice();
		schedule(device).start(false);
		device.device().calls(1);
		this.simulator.faults().respond(Route.SYNC, 429, "{}", Map.of("retry-after", "42"), 1);
		device.sync();
		assertThat(device.synchronizer().status().nextCycleAt()).isEqualTo(this.clock.instant().plusSeconds(42));
		this.clock.advance(Duration.ofSeconds(12));
		device.sync();
		assertThat(device.synchronizer().status().nextCycleAt()).isEqualTo(this.clock.instant().plusSeconds(30));
		this.clock.advance(Duration.ofSeconds(30));
		assertThat(device.sync().accepted()).isEqualTo(1);
		assertThat(device.synchronizer().status().nextCycleAt()).isEqualTo(this.clock.instant().plus(INTERVAL));
	}

	@Test
	void outageThatACycleOnDemandRanIntoMovesTheSchedule() throws Exception {
		SyncDevice device = syncDevice();
		schedule(device).start(false);
		device.device().calls(1);
		this.simulator.faults().respond(Route.STATUS, 503, "{}", 1);
		CountDownLatch again = new CountDownLatch(2);
		device.listener((event) -> again.countDown());
		device.sync();
		assertThat(again.await(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void cycleOnDemandAfterTheEndPlansNothing() {
		SyncDevice device = syncDevice();
		SyncSchedule schedule = schedule(device);
		schedule.start(false);
		schedule.stop(Duration.ZERO);
		device.sync();
		assertThat(device.synchronizer().status().nextCycleAt()).isNull();
	}

	@Test
	void startsByItselfAfterAWhileUnlessItWasStopped() throws Exception {
		SyncDevice device = syncDevice();
		CountDownLatch ran = new CountDownLatch(1);
		device.listener((event) -> ran.countDown());
		SyncSchedule schedule = schedule(device);
		schedule.startWithin(Duration.ofMillis(1), true);
		assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
		schedule.stop(Duration.ZERO);
		this.simulator.clearRequests();
		schedule.startWithin(Duration.ofHours(1), true);
		schedule.stop(PATIENCE);
		assertThat(this.simulator.requests()).isEmpty();
	}

	@Test
	void startsOneIntervalAfterTheWhileWhereNoCycleIsWantedAtTheStart() {
		SyncDevice device = syncDevice();
		SyncSchedule schedule = schedule(device);
		schedule.startWithin(Duration.ofMillis(1), false);
		Awaitility.await().atMost(PATIENCE).until(() -> device.synchronizer().status().nextCycleAt() != null);
		assertThat(device.synchronizer().status().nextCycleAt()).isEqualTo(this.clock.instant().plus(INTERVAL));
		assertThat(this.simulator.requests()).isEmpty();
	}

	@Test
	void requestForABundleThatWasSentIsNotCutOffAndNoCycleBeginsBeforeItsEnd() {
		SyncDevice device = emptySyncDevice();
		Pause pause = this.simulator.faults().pauseAfterCommit(Route.CREATE);
		SyncSchedule schedule = schedule(device);
		// What the look-ups leave of the time may be nothing, so that nothing is sent.
		Duration all = Duration.ofSeconds(2);
		Optional<SyncResult> issued = schedule.issue(all, all);
		while (!pause.awaitReached(all) && all.compareTo(PATIENCE) < 0) {
			all = all.multipliedBy(2);
			issued = schedule.issue(all, all);
		}
		assertThat(pause.awaitReached(PATIENCE)).isTrue();
		assertThat(issued).isEmpty();
		schedule.start(true);
		assertThat(this.simulator.requests(Route.STATUS)).isEmpty();
		pause.release();
		Awaitility.await().atMost(PATIENCE).until(() -> this.simulator.requests(Route.STATUS).size() == 1);
		assertThat(device.device().denial()).isNull();
		assertThat(this.simulator.requests(Route.CREATE)).hasSize(1);
	}

	@Test
	void requestForABundleThatWasSentEndsBeforeTheScheduleDoes() throws Exception {
		SyncDevice device = emptySyncDevice();
		Pause pause = this.simulator.faults().pauseAfterCommit(Route.CREATE);
		SyncSchedule schedule = schedule(device);
		CompletableFuture<?> issuing = CompletableFuture.runAsync(() -> schedule.issue(PATIENCE, PATIENCE));
		assertThat(pause.awaitReached(PATIENCE)).isTrue();
		CompletableFuture<?> stopping = CompletableFuture.runAsync(() -> schedule.stop(Duration.ZERO));
		pause.release();
		stopping.get(60, TimeUnit.SECONDS);
		issuing.get(60, TimeUnit.SECONDS);
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void lookUpThatTakesTooLongEndsTheRequestForABundle() {
		SyncDevice device = emptySyncDevice();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.LIST);
		SyncResult result = schedule(device).issue(Duration.ofSeconds(60), Duration.ofMillis(100)).orElseThrow();
		assertThat(result.problems()).singleElement()
			.returns(SyncStep.ISSUE, SyncProblem::step)
			.returns("timeout", SyncProblem::code);
		pause.release();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(device.sync().issued()).isTrue();
	}

	@Test
	void chainThatCannotGoOnIsDeliveredBeforeABundleIsRequestedAtTheStart() {
		SyncDevice device = syncDevice();
		String former = bundleId(device);
		device.device().calls(3);
		device.device().consent().chain().strand(StrandingReason.FORKED, 3L);
		device.restart();
		assertThat(schedule(device).issue(Duration.ofSeconds(60), Duration.ofSeconds(60)).orElseThrow().issued())
			.isFalse();
		assertThat(this.simulator.requests()).isEmpty();
		device.reissueAfter(former);
		assertThat(schedule(device).issue(Duration.ofSeconds(60), Duration.ofSeconds(60)).orElseThrow().issued())
			.isTrue();
		assertThat(hashesAtService(former)).hasSize(2);
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void jitterIsFullAndBounded() {
		SyncSchedule schedule = new SyncSchedule(syncDevice().synchronizer(), INTERVAL, new Random(7));
		List<Long> waits = IntStream.range(0, 1000).mapToObj((i) -> schedule.backOff(6).toMillis()).toList();
		assertThat(waits).allMatch((wait) -> wait >= 0 && wait <= 32_000)
			.anyMatch((wait) -> wait < 3_000)
			.anyMatch((wait) -> wait > 29_000);
	}

	@ParameterizedTest
	@CsvSource({ "-1, 1000", "0, 1000", "1, 1000", "9, 256000", "10, 300000", "100, 300000", "2147483647, 300000" })
	void backOffBearsAnyCount(int failures, long millis) {
		assertThat(schedule(syncDevice()).backOff(failures)).hasMillis(millis);
	}

	@Test
	void refusesAnIntervalThatIsNotPositive() {
		SyncDevice device = syncDevice();
		assertThatIllegalArgumentException().isThrownBy(() -> new SyncSchedule(device.synchronizer(), Duration.ZERO));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new SyncSchedule(device.synchronizer(), Duration.ofSeconds(-1)));
	}

	@Test
	void runsAtOnceOnADaemonThreadOfItsOwn() throws Exception {
		SyncDevice device = syncDevice();
		AtomicReference<Thread> thread = new AtomicReference<>();
		CountDownLatch ran = new CountDownLatch(1);
		device.listener((event) -> {
			thread.set(Thread.currentThread());
			ran.countDown();
		});
		schedule(device).start(true);
		assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(thread.get().isDaemon()).isTrue();
		assertThat(thread.get().getName()).isEqualTo(SyncSchedule.THREAD_NAME);
	}

	@Test
	void goesOnAfterACycle() throws Exception {
		SyncDevice device = syncDevice();
		CountDownLatch ran = new CountDownLatch(3);
		device.listener((event) -> ran.countDown());
		SyncSchedule schedule = endAfterTest(new SyncSchedule(device.synchronizer(), Duration.ofMillis(1)));
		schedule.start(false);
		assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void goesOnAfterACycleThatFailed() throws Exception {
		SyncDevice device = syncDevice();
		CountDownLatch failed = new CountDownLatch(3);
		SyncSchedule schedule = endAfterTest(new SyncSchedule(device.synchronizer(), Duration.ofMillis(1)));
		schedule.start(false);
		device.synchronizer().schedule((result) -> {
			failed.countDown();
			throw new NoClassDefFoundError("not an exception");
		});
		assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void startingTwiceStartsOnce() throws Exception {
		SyncDevice device = syncDevice();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.STATUS);
		SyncSchedule schedule = schedule(device);
		schedule.start(true);
		assertThat(pause.awaitReached(PATIENCE)).isTrue();
		schedule.start(true);
		pause.release();
		schedule.stop(PATIENCE);
		assertThat(device.events(AuditSynchronized.class)).hasSize(2);
	}

	@Test
	void stopRunsOneLastCycleAndEndsTheThread() throws Exception {
		SyncDevice device = syncDevice();
		AtomicReference<Thread> thread = new AtomicReference<>();
		device.listener((event) -> thread.set(Thread.currentThread()));
		SyncSchedule schedule = schedule(device);
		schedule.start(false);
		device.device().calls(2);
		schedule.stop(PATIENCE);
		assertThat(device.device().log().unsynchronized()).isZero();
		thread.get().join(60_000);
		assertThat(thread.get().isAlive()).isFalse();
	}

	@Test
	void stopWithoutLastCycleAsksNobody() {
		SyncDevice device = syncDevice();
		SyncSchedule schedule = schedule(device);
		schedule.start(false);
		schedule.stop(Duration.ZERO);
		assertThat(this.simulator.requests()).isEmpty();
	}

	@Test
	void stopOfAScheduleThatNeverRanAsksNobody() {
		SyncDevice device = syncDevice();
		schedule(device).stop(Duration.ofSeconds(10));
		assertThat(this.simulator.requests()).isEmpty();
	}

	@Test
	void stopDoesNotWaitForAServiceThatDoesNotAnswer() throws Exception {
		SyncDevice device = syncDevice();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.STATUS);
		CountDownLatch ended = new CountDownLatch(1);
		device.listener((event) -> ended.countDown());
		SyncSchedule schedule = schedule(device);
		schedule.start(true);
		assertThat(pause.awaitReached(PATIENCE)).isTrue();
		schedule.stop(Duration.ofMillis(1));
		// The cycle ends although the service still holds its request.
		assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(device.synchronizer().status().problem(SyncProblem.Kind.LOCAL).code()).isEqualTo("interrupted");
	}

	@Test
	void canBeStartedAgain() throws Exception {
		SyncDevice device = syncDevice();
		CountDownLatch ran = new CountDownLatch(1);
		SyncSchedule schedule = schedule(device);
		schedule.start(false);
		schedule.stop(Duration.ZERO);
		device.listener((event) -> ran.countDown());
		schedule.start(true);
		assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
	}

}
