package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;

class ServiceClockTests {

	private final TestClock local = new TestClock();

	private final ServiceClock clock = new ServiceClock(this.local);

	@Test
	void isTheLocalClockBeforeTheFirstAnswer() {
		assertThat(this.clock.instant()).isEqualTo(TestClock.START);
	}

	@Test
	void followsTheServiceInBothDirections() {
		Instant service = Instant.parse("2030-01-01T00:00:00Z");
		this.clock.observe(service);
		assertThat(this.clock.instant()).isEqualTo(service);
		this.local.advance(Duration.ofSeconds(5));
		assertThat(this.clock.instant()).isEqualTo(service.plusSeconds(5));
		this.clock.observe(Instant.EPOCH);
		assertThat(this.clock.instant()).isBetween(Instant.EPOCH, Instant.EPOCH.plusSeconds(1));
	}

	@Test
	void keepsTheServicesTimeInAnotherZone() {
		Clock zoned = this.clock.withZone(ZoneId.of("Europe/Berlin"));
		this.clock.observe(Instant.parse("2030-01-01T00:00:00Z"));
		assertThat(zoned.instant()).isEqualTo(this.clock.instant());
		assertThat(zoned.getZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
		assertThat(zoned.withZone(ZoneId.of("UTC")).instant()).isEqualTo(this.clock.instant());
	}

}
