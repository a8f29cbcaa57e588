package dev.grantex.gemma.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.ConsentBundle;

import static org.assertj.core.api.Assertions.assertThat;

class ClockFloorTests {

	private static final Duration SKEW = Duration.ofSeconds(30);

	private final ConsentBundle bundle = AuditVectors.bundle();

	private final Instant start = this.bundle.checkpointAt();

	private final Instant end = this.bundle.offlineExpiresAt();

	private final AtomicInteger rises = new AtomicInteger();

	private ClockFloor floor() {
		ClockFloor floor = new ClockFloor(this.bundle);
		floor.from(ClockFloor.startOf(this.bundle));
		floor.onRise(this.rises::incrementAndGet);
		return floor;
	}

	@Test
	void startsAtTheCheckpoint() {
		assertThat(floor().instant()).isEqualTo(this.start);
	}

	@Test
	void neverPassesTheEndOfTheBundle() {
		ClockFloor floor = floor();
		floor.observe(this.end.plusSeconds(5000));
		assertThat(floor.instant()).isEqualTo(this.end);
		floor.set(this.end.plusSeconds(7000));
		assertThat(floor.instant()).isEqualTo(this.end);
	}

	@Test
	void aClockMayLagBehindByTheSkewButNotMore() {
		ClockFloor floor = floor();
		assertThat(floor.isRolledBack(this.start.minusSeconds(30), SKEW)).isFalse();
		assertThat(floor.isRolledBack(this.start.minusMillis(30_001), SKEW)).isTrue();
	}

	@Test
	void onlyLookingMovesNothing() {
		ClockFloor floor = floor();
		assertThat(floor.isRolledBack(this.start.plusSeconds(500), SKEW)).isFalse();
		assertThat(floor.instant()).isEqualTo(this.start);
		assertThat(this.rises).hasValue(0);
	}

	@Test
	void theServicesTimeSetsItDownwardsToo() {
		ClockFloor floor = floor();
		floor.observe(this.start.plusSeconds(500));
		floor.set(this.start.plusSeconds(100));
		assertThat(floor.instant()).isEqualTo(this.start.plusSeconds(100));
	}

	@Test
	void asksToBeSealedWhenItMovedByMoreThanASecondOnly() {
		ClockFloor floor = floor();
		floor.observe(this.start.plusMillis(1000));
		assertThat(this.rises).hasValue(0);
		floor.observe(this.start.plusMillis(1001));
		floor.observe(this.start.plusMillis(1500));
		assertThat(this.rises).hasValue(1);
		floor.set(this.start);
		assertThat(this.rises).hasValue(2);
	}

	@Test
	void timesBeyondWhatMillisecondsCanCountToAreHeld() {
		ClockFloor floor = floor();
		floor.observe(Instant.MIN);
		assertThat(floor.instant()).isEqualTo(this.start);
		assertThat(floor.isRolledBack(Instant.MIN, SKEW)).isTrue();
		assertThat(floor.isRolledBack(Instant.MAX, SKEW)).isFalse();
		floor.observe(Instant.MAX);
		assertThat(floor.instant()).isEqualTo(this.end);
	}

}
