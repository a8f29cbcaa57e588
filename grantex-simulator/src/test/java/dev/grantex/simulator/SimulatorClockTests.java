package dev.grantex.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SimulatorClockTests {

	private static final Instant BASE = Instant.parse("2026-11-21T12:00:00Z");

	private final SimulatorClock base = new SimulatorClock(Clock.fixed(BASE, ZoneOffset.UTC));

	private final SimulatorClock clock = new SimulatorClock(this.base);

	@Test
	void runsWithTheBaseClockUntilItIsSet() {
		this.clock.advance(Duration.ofMinutes(5));
		assertThat(this.clock.instant()).isEqualTo(BASE.plusSeconds(300));
		this.base.advance(Duration.ofSeconds(1));
		assertThat(this.clock.instant()).isEqualTo(BASE.plusSeconds(301));
	}

	@Test
	void standsStillOnceItIsSet() {
		this.clock.set(Instant.EPOCH);
		this.base.advance(Duration.ofSeconds(1));
		assertThat(this.clock.instant()).isEqualTo(Instant.EPOCH);
		this.clock.advance(Duration.ofSeconds(-1));
		assertThat(this.clock.instant()).isEqualTo(Instant.EPOCH.minusSeconds(1));
		this.clock.reset();
		assertThat(this.clock.instant()).isEqualTo(BASE.plusSeconds(1));
	}

	@Test
	void movesItsViewsInOtherZones() {
		Clock view = this.clock.withZone(ZoneId.of("Europe/Berlin"));
		this.clock.set(Instant.EPOCH);
		assertThat(view.instant()).isEqualTo(Instant.EPOCH);
		assertThat(view.getZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
	}

}
