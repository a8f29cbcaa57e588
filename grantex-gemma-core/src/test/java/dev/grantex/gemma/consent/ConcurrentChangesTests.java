package dev.grantex.gemma.consent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.Durability;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bundles that change while calls are made: no outcome is lost and no call fails.
 */
class ConcurrentChangesTests extends ServiceFixture {

	private static final int CALLERS = 6;

	private final ExecutorService callers = Executors.newCachedThreadPool();

	private final Queue<String> recorded = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean stopped = new AtomicBoolean();

	@AfterEach
	void stop() {
		this.stopped.set(true);
		this.recorded.clear();
	}

	@Test
	void everyOutcomeIsInAChainAfterManyNewBundles() throws Exception {
		Device device = device();
		device.durability(Durability.OS).restart();
		List<Future<Object>> running = startCalls(device);
		for (int i = 0; i < 5; i++) {
			device.consent().replace(issue(), this.request);
		}
		finish(running);
		assertThat(hashes(device)).containsExactlyInAnyOrderElementsOf(this.recorded);
	}

	@Test
	void everyOutcomeIsInTheChainAfterManyRefreshes() throws Exception {
		Device device = device();
		device.durability(Durability.OS).restart();
		List<Future<Object>> running = startCalls(device);
		for (int i = 0; i < 5; i++) {
			device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		}
		finish(running);
		assertThat(device.verifyChain().valid()).isTrue();
		assertThat(device.log().headSequence()).isEqualTo(this.recorded.size());
	}

	@Test
	void everyOutcomeIsInTheChainAfterStops() throws Exception {
		Device device = device();
		device.durability(Durability.OS).restart();
		List<Future<Object>> running = startCalls(device);
		for (int i = 0; i < 5; i++) {
			device.consent().close();
			device.consent().open();
		}
		finish(running);
		device.restart();
		assertThat(device.verifyChain().valid()).isTrue();
		assertThat(device.log().headSequence()).isEqualTo(this.recorded.size());
	}

	private List<Future<Object>> startCalls(Device device) throws InterruptedException {
		this.stopped.set(false);
		CountDownLatch started = new CountDownLatch(CALLERS);
		List<Future<Object>> running = new ArrayList<>();
		for (int i = 0; i < CALLERS; i++) {
			running.add(this.callers.submit(calls(device, started)));
		}
		assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
		return running;
	}

	private Callable<Object> calls(Device device, CountDownLatch started) {
		return () -> {
			while (!this.stopped.get()) {
				try (CallDecision decision = device.consent().decide()) {
					if (decision.denial() == null) {
						this.recorded.add(decision.recordOutcome("tool", decision.grant(), "success", Map.of()).hash());
					}
				}
				started.countDown();
			}
			return "";
		};
	}

	private void finish(List<Future<Object>> running) throws Exception {
		this.stopped.set(true);
		for (Future<Object> caller : running) {
			caller.get(60, TimeUnit.SECONDS);
		}
	}

	private static Set<String> hashes(Device device) {
		return device.allLines()
			.stream()
			.map((line) -> line.replaceFirst(".*\"hash\":\"([0-9a-f]{64})\".*", "$1"))
			.collect(Collectors.toSet());
	}

}
