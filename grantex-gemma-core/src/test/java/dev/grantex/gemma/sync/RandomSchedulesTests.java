package dev.grantex.gemma.sync;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.grantex.gemma.audit.Endurance;
import dev.grantex.gemma.sync.Schedule.Step;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Devices, network and service in random lives: calls, cycles, refreshes, lost answers,
 * errors, crashes, wrong clocks, revocations, new bundles, restored services, cloned and
 * tampered devices. After each step what the service has is what one device has written,
 * no acknowledged entry is missing, and no call is permitted that must not be; in the end
 * everything is at the service or in an archive that it knows of. A seed that fails is
 * replayed with {@code -Dgrantex.seed=<n>}.
 */
class RandomSchedulesTests extends SyncFixture {

	private static final Set<Step> ALL = EnumSet.allOf(Step.class);

	private static final Long ONLY = Long.getLong("grantex.seed");

	private final ScheduleFigures figures = new ScheduleFigures();

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void everythingIsWhereItBelongs(long seed) {
		live(seed);
	}

	static LongStream seeds() {
		return (ONLY != null) ? LongStream.of(ONLY) : LongStream.rangeClosed(1, Long.getLong("grantex.seeds", 12));
	}

	@Test
	@Tag("endurance")
	void everythingIsWhereItBelongsInManyLives() {
		long start = System.nanoTime();
		List<Long> failed = new ArrayList<>();
		LongStream.rangeClosed(Long.getLong("grantex.first", 1_001), Long.getLong("grantex.last", 6_000))
			.forEach((seed) -> {
				try {
					live(seed);
				}
				catch (AssertionError ex) {
					failed.add(seed);
					System.out.println(ex.getMessage());
				}
			});
		Endurance.report("random schedules: %s in %s", this.figures, Endurance.since(start));
		assertThat(failed).as("seeds that failed").isEmpty();
	}

	@AfterAll
	void tell() {
		if (Boolean.getBoolean("grantex.figures")) {
			Endurance.report("random schedules: %s", this.figures);
		}
	}

	private void live(long seed) {
		this.simulator.faults().clear();
		startAnew();
		try (Field field = new Field(this.simulator, this.clock, this.directory, this.figures)) {
			field.addDevice(this.request, (seed % 2 == 0) ? 6_000 : 50_000_000);
			new Schedule(seed, field, steps()).run();
		}
		finally {
			DeviceFiles.all(this.directory, (file) -> file.getParent().equals(this.directory))
				.forEach(DeviceFiles::delete);
		}
	}

	private static Set<Step> steps() {
		String left = System.getProperty("grantex.without");
		if (left == null) {
			return ALL;
		}
		Set<Step> steps = EnumSet.copyOf(ALL);
		for (String name : left.split(",")) {
			steps.remove(Step.valueOf(name));
		}
		return steps;
	}

}
