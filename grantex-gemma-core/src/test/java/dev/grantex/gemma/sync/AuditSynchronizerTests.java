package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.grantex.simulator.Pause;
import dev.grantex.simulator.Route;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.consent.Device;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One cycle at a time, and what it tells.
 */
class AuditSynchronizerTests extends SyncFixture {

	private static final Duration WAIT = Duration.ofSeconds(60);

	private final ExecutorService callers = Executors.newCachedThreadPool();

	@AfterAll
	void endCallers() {
		this.callers.shutdownNow();
	}

	@Test
	void fullLifeOfADevice() {
		SyncDevice device = emptySyncDevice();
		assertThat(device.sync().issued()).isTrue();
		device.device().calls(3);
		this.simulator.faults().unreachable();
		assertThat(device.sync().isSuccessful()).isFalse();
		device.restart();
		device.device().calls(2);
		this.simulator.faults().reachable();
		assertThat(device.sync().accepted()).isEqualTo(5);
		leaveShare(device.device().bundle(), 0.1);
		assertThat(device.sync().refreshed()).isTrue();
		device.device().calls(1);
		this.simulator.revokeBundle(bundleId(device), true);
		SyncResult last = device.sync();
		assertThat(last.revoked()).isTrue();
		assertThat(last.accepted()).isEqualTo(1);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device)).hasSize(6);
	}

	@Test
	void requestThatNeedNotBeMadeTellsNothingOfTheService() {
		SyncDevice device = syncDevice();
		this.simulator.faults().unreachable();
		assertThat(device.synchronizer().issue().isSuccessful()).isTrue();
		assertThat(device.synchronizer().status()).isEqualTo(SyncStatus.NONE);
		assertThat(device.events(AuditSynchronized.class)).isEmpty();
	}

	@Test
	void callersThatComeMeanwhileShareTheNextCycle() throws Exception {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.STATUS);
		ExecutorService callers = Executors.newCachedThreadPool();
		try {
			Future<SyncResult> first = callers.submit(device::sync);
			assertThat(pause.awaitReached(Duration.ofSeconds(60))).isTrue();
			List<Thread> threads = new ArrayList<>();
			List<SyncResult> results = Collections.synchronizedList(new ArrayList<>());
			for (int i = 0; i < 4; i++) {
				Thread thread = new Thread(() -> results.add(device.sync()));
				thread.start();
				threads.add(thread);
			}
			for (Thread thread : threads) {
				while (thread.getState() != Thread.State.WAITING) {
					Thread.onSpinWait();
				}
			}
			pause.release();
			SyncResult result = first.get(60, TimeUnit.SECONDS);
			for (Thread thread : threads) {
				thread.join(60_000);
			}
			assertThat(results).hasSize(4)
				.allSatisfy((other) -> assertThat(other).isNotSameAs(result).isSameAs(results.get(0)));
			assertThat(this.simulator.requests(Route.STATUS)).hasSize(2);
		}
		finally {
			callers.shutdownNow();
		}
	}

	@Test
	void answerNeverComesFromACycleThatBeganBeforeTheQuestion() throws Exception {
		SyncDevice device = syncDevice();
		Pause afterStatus = this.simulator.faults().pauseAfterCommit(Route.STATUS);
		Future<SyncResult> first = this.callers.submit(device::sync);
		assertThat(afterStatus.awaitReached(WAIT)).isTrue();
		this.simulator.revokeBundle(bundleId(device), true);
		AtomicReference<SyncResult> answer = new AtomicReference<>();
		Thread asking = waiting(() -> answer.set(device.sync()));
		afterStatus.release();
		asking.join(WAIT.toMillis());
		assertThat(first.get(60, TimeUnit.SECONDS).revoked()).isFalse();
		assertThat(answer.get().revoked()).isTrue();
	}

	@Test
	void cycleThatIsAskedForWhileABundleIsRequestedIsACycleOfItsOwn() throws Exception {
		SyncDevice device = emptySyncDevice();
		Pause pause = this.simulator.faults().pauseAfterCommit(Route.CREATE);
		Future<SyncResult> issue = this.callers.submit(device.synchronizer()::issue);
		assertThat(pause.awaitReached(WAIT)).isTrue();
		AtomicReference<SyncResult> answer = new AtomicReference<>();
		Thread asking = waiting(() -> answer.set(device.sync()));
		assertThat(this.simulator.requests(Route.STATUS)).isEmpty();
		pause.release();
		asking.join(WAIT.toMillis());
		assertThat(issue.get(60, TimeUnit.SECONDS).issued()).isTrue();
		assertThat(answer.get().issued()).isFalse();
		assertThat(this.simulator.requests(Route.STATUS)).hasSize(1);
	}

	@Test
	void whoWantsABundleIsContentWithTheWholeCycleThatOthersWaitFor() throws Exception {
		SyncDevice device = syncDevice();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.STATUS);
		this.callers.submit(device::sync);
		assertThat(pause.awaitReached(WAIT)).isTrue();
		List<SyncResult> results = Collections.synchronizedList(new ArrayList<>());
		Thread issuing = waiting(() -> results.add(device.synchronizer().issue()));
		Thread synchronizing = waiting(() -> results.add(device.sync()));
		pause.release();
		issuing.join(WAIT.toMillis());
		synchronizing.join(WAIT.toMillis());
		assertThat(results).hasSize(2);
		assertThat(results.get(0)).isSameAs(results.get(1));
		assertThat(this.simulator.requests(Route.STATUS)).hasSize(2);
	}

	@Test
	void whoIsInterruptedAsItWaitsIsToldSoAndTheOthersAreServed() throws Exception {
		SyncDevice device = syncDevice();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.STATUS);
		this.callers.submit(device::sync);
		assertThat(pause.awaitReached(WAIT)).isTrue();
		AtomicReference<SyncResult> interrupted = new AtomicReference<>();
		AtomicReference<SyncResult> served = new AtomicReference<>();
		AtomicBoolean flag = new AtomicBoolean();
		Thread impatient = waiting(() -> {
			interrupted.set(device.sync());
			flag.set(Thread.currentThread().isInterrupted());
		});
		Thread patient = waiting(() -> served.set(device.sync()));
		impatient.interrupt();
		impatient.join(WAIT.toMillis());
		assertThat(interrupted.get().problems()).extracting(SyncProblem::code).containsExactly("interrupted");
		assertThat(flag).isTrue();
		pause.release();
		patient.join(WAIT.toMillis());
		assertThat(served.get().isSuccessful()).isTrue();
	}

	@Test
	void cycleThatFailsFailsAllWhoWaitForItAndNoneAfterThem() throws Exception {
		CycleTurns turns = new CycleTurns((event) -> {
		});
		SyncResult done = syncDevice().sync();
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch ended = new CountDownLatch(1);
		this.callers.submit(() -> turns.take(true, () -> {
			begun.countDown();
			await(ended);
			return done;
		}));
		await(begun);
		List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
		List<Thread> threads = Stream.generate(() -> waiting(() -> {
			try {
				turns.take(true, () -> {
					throw new AssertionError("not an exception");
				});
			}
			catch (IllegalStateException | AssertionError | InterruptedException ex) {
				failures.add(ex);
			}
		})).limit(2).toList();
		ended.countDown();
		for (Thread thread : threads) {
			thread.join(WAIT.toMillis());
		}
		assertThat(failures).hasSize(2).hasAtLeastOneElementOfType(IllegalStateException.class);
		assertThat(turns.take(true, () -> done)).isSameAs(done);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * Begins something on another thread that waits for its turn.
	 */
	private static Thread waiting(Runnable action) {
		Thread thread = new Thread(action);
		thread.setDaemon(true);
		thread.start();
		Awaitility.await().atMost(WAIT).until(() -> thread.getState() == Thread.State.WAITING);
		return thread;
	}

	@Test
	void laterCallerGetsACycleOfItsOwn() {
		SyncDevice device = syncDevice();
		SyncResult first = device.sync();
		assertThat(device.sync()).isNotSameAs(first);
		assertThat(this.simulator.requests(Route.STATUS)).hasSize(2);
	}

	@Test
	void tellsEveryResult() {
		SyncDevice device = syncDevice();
		SyncResult result = device.sync();
		assertThat(device.events(AuditSynchronized.class)).containsExactly(new AuditSynchronized(result));
		assertThat(device.synchronizer().status().lastResult()).isEqualTo(result);
	}

	@Test
	void listenerThatThrowsDisturbsNothing() {
		listenerThatThrowsDisturbsNothing((event) -> {
			throw new IllegalArgumentException("listener");
		});
	}

	@Test
	void listenerThatIsBrokenDisturbsNothing() {
		listenerThatThrowsDisturbsNothing((event) -> {
			throw new NoClassDefFoundError("listener");
		});
	}

	private void listenerThatThrowsDisturbsNothing(Consumer<Object> listener) {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		device.listener(listener);
		leaveShare(device.device().bundle(), 0.1);
		SyncResult result = device.sync();
		assertThat(result.isSuccessful()).isTrue();
		assertThat(result.refreshed()).isTrue();
		this.simulator.revokeBundle(bundleId(device), true);
		assertThat(device.sync().isSuccessful()).isTrue();
	}

	@Test
	void listenerThatSynchronizesDoesNotWaitForItself() {
		SyncDevice device = syncDevice();
		List<Exception> refused = new ArrayList<>();
		device.listener((event) -> {
			try {
				device.sync();
			}
			catch (IllegalStateException ex) {
				refused.add(ex);
			}
		});
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(refused).hasSize(1);
	}

	@Test
	void interruptedCycleEndsAndLosesNothing() {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		Thread.currentThread().interrupt();
		SyncResult result = device.sync();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(result.problems()).isNotEmpty().allSatisfy((problem) -> {
			assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.LOCAL);
			assertThat(problem.code()).isEqualTo("interrupted");
		});
		assertThat(this.simulator.requests()).isEmpty();
		assertThat(device.device().denial()).isNull();
		assertThat(device.sync().accepted()).isEqualTo(2);
	}

	@Test
	void cycleInterruptedDuringAnUploadSendsAgain() throws Exception {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		Pause pause = this.simulator.faults().pauseAfterCommit(Route.SYNC);
		ExecutorService callers = Executors.newCachedThreadPool();
		Future<SyncResult> cycle = callers.submit(device::sync);
		assertThat(pause.awaitReached(Duration.ofSeconds(60))).isTrue();
		callers.shutdownNow();
		SyncResult result = cycle.get(60, TimeUnit.SECONDS);
		assertThat(result.accepted()).isZero();
		pause.release();
		assertThat(device.sync().accepted()).isEqualTo(2);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void resultCanBeShownAsJson() {
		SyncDevice device = syncDevice();
		this.simulator.faults().respond(Route.STATUS, 429, "{}", Map.of("retry-after", "7"), 1);
		var json = JSON.readTree(JSON.writeValueAsString(device.sync()));
		assertThat(json.get("completedAt").stringValue()).isEqualTo(this.clock.instant().toString());
		assertThat(json.get("accepted").intValue()).isZero();
		assertThat(json.get("problems").get(0).get("kind").stringValue()).isEqualTo("RATE_LIMITED");
		assertThat(json.get("problems").get(0).get("retryAfter").stringValue()).isEqualTo("PT7S");
	}

	@Test
	void logThatDidNotOpenIsTriedAgain() {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		device.device().logFault(AuditLogException.LOG_UNWRITABLE);
		device.restart();
		assertThat(device.sync().accepted()).isZero();
		device.device().logFault(null);
		assertThat(device.sync().accepted()).isEqualTo(2);
	}

	@Test
	void deviceThatWasNeverOpenedDoesNothing() {
		var device = closeAfterTest(new Device(this.directory, this.clock, this.request));
		SyncDevice sync = closeAfterTest(
				new SyncDevice(device, this.clock, this.simulator.baseUrl(), this.simulator.customer().apiKey()));
		assertThat(sync.sync().isSuccessful()).isTrue();
		assertThat(this.simulator.requests()).isEmpty();
	}

}
