package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.grantex.gemma.disk.CrashState;
import dev.grantex.gemma.disk.CrashStates;
import dev.grantex.gemma.disk.DiskFaults;
import dev.grantex.gemma.disk.DiskOperation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Several threads append while the disk fails every now and then, and works again.
 */
class FailingDiskLoadTests extends RecordedLogFixture {

	private static final int THREADS = 4;

	private static final int ENTRIES = 60;

	/** How many writes succeed before the disk fails again. */
	private static final int WRITES = 10;

	/** How many appends are refused before the disk works again. */
	private static final int REFUSALS = 10;

	private static final int FAILURES = 3;

	private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

	private final AtomicInteger failures = new AtomicInteger();

	private final AtomicInteger refusals = new AtomicInteger();

	private final AtomicInteger actions = new AtomicInteger();

	private final Queue<String> outcomes = new ConcurrentLinkedQueue<>();

	private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();

	private Fault fault;

	/**
	 * What goes wrong.
	 */
	enum Fault {

		FULL((disk) -> disk.full(700)),

		FAILING_FORCE(DiskFaults::failForces),

		READ_ONLY(DiskFaults::readOnly);

		private final Consumer<DiskFaults> begin;

		Fault(Consumer<DiskFaults> begin) {
			this.begin = begin;
		}

	}

	private record Acknowledged(String signature, int operations) {
	}

	@AfterEach
	void stop() {
		this.executor.shutdownNow();
	}

	static Stream<Arguments> faults() {
		return Stream.of(Fault.values())
			.flatMap((fault) -> Stream.of(Durability.values()).map((durability) -> Arguments.of(fault, durability)));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void nothingAcknowledgedIsLost(Fault fault, Durability durability) throws Exception {
		try (OfflineAuditLog log = builder().durability(durability)
			.maxSize(20_000)
			.sealPace(Duration.ofMillis(1))
			.open()) {
			this.fault = fault;
			repair();
			appendFromAllThreads(log);
			assertThat(this.failures).hasValue(FAILURES);
			repair();
			// The log may be trying itself just now, and who comes meanwhile is refused.
			Awaitility.await().untilAsserted(() -> {
				assertThatNoException().isThrownBy(log::checkWritable);
				assertThat(log.failure()).isNull();
			});
			assertHoldsEverything(log);
			assertThat(signatures(loss().text()::contains)).as("forced by reading").hasSize(THREADS * ENTRIES);
		}
		assertThat(signatures(loss().text()::contains)).hasSize(THREADS * ENTRIES);
		if (durability == Durability.FSYNC) {
			assertSurvivesLossesOfPower();
		}
	}

	/**
	 * Lets the disk work again for a while.
	 */
	private synchronized void repair() {
		this.disk.faults().clear();
		if (this.failures.get() == FAILURES) {
			return;
		}
		AtomicInteger writes = new AtomicInteger();
		this.disk.faults().before((operation) -> {
			if (operation instanceof DiskOperation.Write) {
				count(writes);
			}
		});
	}

	/**
	 * The seal is written beside entries: what it breaks must not come after a repair.
	 */
	private synchronized void count(AtomicInteger writes) {
		if (writes.incrementAndGet() == WRITES) {
			this.failures.incrementAndGet();
			this.fault.begin.accept(this.disk.faults());
		}
	}

	private void appendFromAllThreads(OfflineAuditLog log) throws Exception {
		Callable<Integer> work = () -> {
			int entries = 0;
			while (entries < ENTRIES) {
				entries += tryToAppend(log, entries) ? 1 : 0;
			}
			return entries;
		};
		for (Future<Integer> done : this.executor.invokeAll(Stream.generate(() -> work).limit(THREADS).toList())) {
			done.get(1, TimeUnit.MINUTES);
		}
	}

	/**
	 * Appends a record, or an outcome, which is kept if it cannot be written.
	 */
	private boolean tryToAppend(OfflineAuditLog log, int number) {
		try {
			String action = "tool:" + this.actions.getAndIncrement();
			if (number % 2 == 0) {
				this.outcomes.add(action);
			}
			SignedAuditEntry entry = (number % 2 == 0) ? log.appendOutcome(action, this.grant, "success", null, null)
					: log.append(action, this.grant, "success", null);
			this.acknowledged.add(new Acknowledged(entry.signature(), this.disk.operationCount()));
			return true;
		}
		catch (AuditLogException ex) {
			assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_UNWRITABLE);
			if (this.refusals.incrementAndGet() % REFUSALS == 0) {
				repair();
			}
			return false;
		}
	}

	private void assertHoldsEverything(OfflineAuditLog log) {
		ChainVerification found = log.verify(ChainVerifier.fromStart(List.of(this.publicKey)));
		assertThat(found.valid()).as(found.reason()).isTrue();
		try (Stream<SignedAuditEntry> entries = log.read(1)) {
			List<SignedAuditEntry> all = entries.toList();
			assertThat(all).extracting(SignedAuditEntry::signature).containsAll(signatures((signature) -> true));
			assertThat(all).extracting(SignedAuditEntry::action).containsAll(this.outcomes).doesNotHaveDuplicates();
		}
	}

	private void assertSurvivesLossesOfPower() throws IOException {
		CrashStates states = this.disk.crashStates(THREADS);
		for (int operations = 0; operations <= this.disk.operationCount(); operations += 97) {
			for (CrashState state : sample(states.after(operations))) {
				List<String> required = this.acknowledged.stream()
					.filter((entry) -> entry.operations() <= state.operations())
					.map(Acknowledged::signature)
					.toList();
				Path file = copy(state.image());
				try (OfflineAuditLog log = builder(file).open(); Stream<SignedAuditEntry> entries = log.read(1)) {
					assertThat(entries.map(SignedAuditEntry::signature)).as("%s", state).containsAll(required);
				}
			}
		}
	}

	private static Collection<CrashState> sample(Collection<CrashState> states) {
		return new ArrayList<>(states).subList(0, Math.min(4, states.size()));
	}

	private List<String> signatures(Predicate<String> condition) {
		return this.acknowledged.stream().map(Acknowledged::signature).filter(condition).toList();
	}

}
