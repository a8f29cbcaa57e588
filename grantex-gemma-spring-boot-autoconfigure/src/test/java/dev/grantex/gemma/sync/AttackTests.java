package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import dev.grantex.gemma.audit.Endurance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An adversary changes the files of an application under load, its network and its
 * process, one thing at a time. An independent record knows which calls ran and what
 * their callers were told. No call runs without an entry unless its caller is told; what
 * is on record is in the chain, at the service or in a file put aside, or its loss is
 * told by health and verifier; and nothing is told that is not so. A seed that fails is
 * repeated with {@code -Dgrantex.seed=<n>}, with fewer kinds of attacks after
 * {@code -Dgrantex.files=} and {@code -Dgrantex.network=}.
 */
class AttackTests extends SyncFixture {

	private static final Path MEMORY = Path.of("/dev/shm");

	private static final int SEEDS = 100;

	private static final Duration LONGEST = Duration.ofSeconds(30);

	private static final Long ONLY = Long.getLong("grantex.seed");

	private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("dev.grantex.gemma");

	private final ExecutorService threads = Executors.newFixedThreadPool(AttackedLife.THREADS);

	private final ScheduleFigures figures = new ScheduleFigures();

	@BeforeAll
	void quieten() {
		LOGGER.setLevel((ONLY != null) ? Level.INFO : Level.OFF);
	}

	@AfterAll
	void end() {
		this.threads.shutdown();
		LOGGER.setLevel(null);
	}

	@Test
	void nothingIsLostUnnoticedAndNothingIsSaidThatIsNotSo() throws IOException {
		if (ONLY != null) {
			live(ONLY);
			return;
		}
		long end = System.nanoTime() + LONGEST.toNanos();
		for (long seed = 1; seed <= SEEDS || System.nanoTime() < end; seed++) {
			live(seed);
		}
	}

	@Test
	@Tag("endurance")
	void nothingIsLostUnnoticedInManyLives() {
		endure(Long.getLong("grantex.first", 1_001), Long.getLong("grantex.last", 6_000), this::live);
	}

	@Test
	@Tag("endurance")
	void nothingIsLostUnnoticedWhenProcessesAreReallyKilled() {
		endure(Long.getLong("grantex.first", 6_001), Long.getLong("grantex.last", 6_100), this::liveInProcesses);
	}

	private void endure(long first, long last, Life life) {
		long start = System.nanoTime();
		List<Long> failed = new ArrayList<>();
		for (long seed = first; seed <= last; seed++) {
			try {
				life.live(seed);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			catch (AssertionError ex) {
				failed.add(seed);
				System.out.println(ex.getMessage());
			}
		}
		Endurance.report("attacks: %s in %s", this.figures, Endurance.since(start));
		assertThat(failed).as("seeds that failed").isEmpty();
	}

	private void live(long seed) throws IOException {
		live(seed, (directory, witness) -> new AttackedDevice(directory, this.clock, this.request, maxSize(seed),
				this.simulator.baseUrl(), this.simulator.customer().apiKey(), witness::runs, true));
	}

	private void liveInProcesses(long seed) throws IOException {
		live(seed, (directory, witness) -> new AttackedProcess(directory, this.clock, this.agent.id(), maxSize(seed),
				this.simulator, witness));
	}

	private static long maxSize(long seed) {
		return (seed % 2 == 0) ? 6_000 : 50_000_000;
	}

	private void live(long seed, BiFunction<Path, Witness, Attackable> application) throws IOException {
		this.simulator.faults().clear();
		startAnew();
		Path place = Files.createTempDirectory(Files.isWritable(MEMORY) ? MEMORY : this.directory, "attack");
		Random random = new Random(seed);
		Witness witness = new Witness();
		Path directory = Files.createDirectory(place.resolve("disk")).resolve("device");
		try (Attackable attacked = application.apply(directory, witness)) {
			FileAttacks files = new FileAttacks(attacked, Files.createDirectory(place.resolve("outside")), witness,
					random, kinds("grantex.files", EnumSet.allOf(FileAttack.Kind.class)));
			NetworkAttacks network = new NetworkAttacks(this.simulator, random,
					kinds("grantex.network", EnumSet.allOf(NetworkAttacks.Kind.class)));
			Judge judge = new Judge(attacked, this.simulator, witness, files, place);
			new AttackedLife(seed, attacked, this.clock, witness, files, network, judge, random, this.threads,
					this.figures)
				.run();
		}
		finally {
			this.simulator.faults().clear();
			DeviceFiles.delete(place);
		}
	}

	/**
	 * One life from a seed.
	 */
	private interface Life {

		void live(long seed) throws IOException;

	}

	/**
	 * The kinds of attacks, or those of them that are asked for.
	 */
	private static <E extends Enum<E>> Set<E> kinds(String property, EnumSet<E> all) {
		String wanted = System.getProperty(property);
		if (wanted != null) {
			all.removeIf((kind) -> !List.of(wanted.split(",")).contains(kind.name()));
		}
		return all;
	}

}
