package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.grantex.simulator.RecordedRequest;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.Endurance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a backlog far larger than the memory of the process that delivers it, to a
 * service in another process that limits how often it may be called. Time passes on the
 * clocks of both alone, and only when the device asks to wait.
 */
class BacklogTests extends SyncFixture {

	private static final List<String> SMALL_HEAP = List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

	/** As the service limits them. */
	private static final int CALLS_A_MINUTE = 20;

	private static final int ENTRIES_A_CALL = 1000;

	private static final int BYTES_A_CALL = 1024 * 1024;

	private static final long SEED = 20261122;

	private static final int FAT_CHARACTERS = 20_000;

	private ChildDevice child;

	@Test
	void needsTheFewestCallsThatTheCountAllows() throws Exception {
		assertThat(drain(1_001, 0).calls()).isEqualTo(2);
	}

	@Tag("endurance")
	@Test
	void hundredThousandEntriesNeedTheFewestCallsThatTheCountAllows() throws Exception {
		Drained drained = drain(100_000, 0);
		assertThat(drained.calls()).isEqualTo(100);
		drained.report();
	}

	@Test
	void needsTheFewestCallsThatTheSizeOfABodyAllows() throws Exception {
		assertThat(drain(160, FAT_CHARACTERS).calls()).isEqualTo(4);
	}

	@Tag("endurance")
	@Test
	void needsMoreCallsThanAMinuteAllows() throws Exception {
		assertThat(drain(1_200, FAT_CHARACTERS).calls()).isGreaterThan(CALLS_A_MINUTE);
	}

	@Tag("endurance")
	@Test
	void manyFatEntriesNeedTheFewestCallsThatTheSizeOfABodyAllows() throws Exception {
		Drained drained = drain(15_000, FAT_CHARACTERS);
		assertThat(drained.calls()).isGreaterThan(10 * CALLS_A_MINUTE);
		drained.report();
	}

	private Drained drain(int count, int characters) throws Exception {
		StoredChains chains = new StoredChains(this.directory);
		this.child = closeAfterTest(ChildDevice.start(SMALL_HEAP, this.simulator));
		this.child.open(chains, this.agent.id(), this.clock.instant(), Durability.OS);
		assertThat(this.child.sync().issued()).isTrue();
		assertThat(this.child.ask("fill " + count + " " + characters + " " + SEED)).isEqualTo("filled " + count);
		String bundleId = this.child.bundleId();
		int fewest = fewestCalls(chains, bundleId);
		this.simulator.rateLimits(true);
		this.simulator.clearRequests();
		Instant begin = this.clock.instant();
		long start = System.nanoTime();
		syncUntilDrained();
		String took = Endurance.since(start);
		List<RecordedRequest> calls = this.simulator.requests(Route.SYNC);
		assertThat(calls).hasSize(fewest);
		assertWithinTheLimit(calls);
		assertThat(this.simulator.auditHashes(bundleId))
			.isEqualTo(chains.hashes(this.simulator.bundle(bundleId).orElseThrow().grantId()))
			.hasSize(count);
		return new Drained(count, Endurance.megabytes(chains.files()), calls.size(),
				Duration.between(begin, this.clock.instant()), took);
	}

	private void syncUntilDrained() throws Exception {
		ChildDevice.Cycle cycle = this.child.sync();
		while (cycle.unsynchronized() > 0) {
			assertThat(cycle.problems()).isEqualTo("[]");
			assertThat(cycle.accepted()).as(this.child.errors()).isPositive();
			assertThat(cycle.pause()).isPositive();
			this.clock.advance(cycle.pause());
			this.child.clock(this.clock.instant());
			cycle = this.child.sync();
		}
		assertThat(cycle.problems()).isEqualTo("[]");
	}

	private static void assertWithinTheLimit(List<RecordedRequest> calls) {
		for (int i = CALLS_A_MINUTE; i < calls.size(); i++) {
			assertThat(calls.get(i).receivedAt()).as("call %d", i)
				.isAfterOrEqualTo(calls.get(i - CALLS_A_MINUTE).receivedAt().plus(Duration.ofMinutes(1)));
		}
	}

	/**
	 * Fills bodies one after the other from the lines on disk: a line is what is sent,
	 * but for a signature of the same length.
	 */
	private static int fewestCalls(StoredChains chains, String bundleId) throws IOException {
		int frame = ("{\"bundleId\":\"" + bundleId + "\",\"deviceId\":\"device-1\",\"entries\":[]}").length();
		int calls = 0;
		int entries = 0;
		int bytes = 0;
		for (int size : sizes(chains)) {
			if (calls == 0 || entries == ENTRIES_A_CALL || bytes + 1 + size > BYTES_A_CALL) {
				calls++;
				entries = 0;
				bytes = frame - 1;
			}
			entries++;
			bytes += 1 + size;
		}
		return calls;
	}

	/**
	 * The names of the files are in the order of the chain.
	 */
	private static List<Integer> sizes(StoredChains chains) throws IOException {
		List<Integer> sizes = new ArrayList<>();
		for (Path file : chains.files()) {
			try (Stream<String> lines = Files.lines(file)) {
				lines.forEach((line) -> sizes.add(line.getBytes(StandardCharsets.UTF_8).length));
			}
		}
		return sizes;
	}

	private record Drained(int entries, String size, int calls, Duration byTheClocks, String took) {

		void report() {
			Endurance.report(
					"backlog of %,d entries (%s) at -Xmx64m: %d calls, the fewest possible, never more than "
							+ "%d in a minute, %d s by the service's clock; %s",
					this.entries, this.size, this.calls, CALLS_A_MINUTE, this.byTheClocks.toSeconds(), this.took);
		}

	}

}
