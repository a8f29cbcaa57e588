package dev.grantex.gemma.consent;

import java.time.Duration;
import java.time.Instant;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.ConsentBundle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clocks that stand before what has already been.
 */
class ClockRollbackTests extends ServiceFixture {

	@Test
	void permitsWithinTheSkewBeforeTheCheckpoint() {
		Device device = device();
		this.clock.set(device.bundle().checkpointAt().minusSeconds(30));
		assertThat(device.denial()).isNull();
	}

	@Test
	void deniesBeyondTheSkewBeforeTheCheckpoint() {
		Device device = device();
		this.clock.set(device.bundle().checkpointAt().minusSeconds(30).minusMillis(1));
		assertThat(device.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		assertThat(device.consent().verifier()).isEmpty();
	}

	@Test
	void deviceThatBootsInThePastWorksOnceItHasTheTime() {
		Device device = device();
		this.clock.set(Instant.EPOCH);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		this.clock.set(TestClock.START.plusSeconds(60));
		assertThat(device.denial()).isNull();
		assertThat(device.call("tool:read").seq()).isEqualTo(1);
	}

	@Test
	void deniesBeforeAMomentThatWasObserved() {
		Device device = device();
		this.clock.advance(Duration.ofHours(2));
		device.call("tool:read");
		this.clock.advance(Duration.ofMinutes(-1));
		assertThat(device.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		this.clock.advance(Duration.ofSeconds(31));
		assertThat(device.denial()).isNull();
	}

	@Test
	void observedTimeOutlivesARefresh() {
		Device device = device();
		this.clock.advance(Duration.ofHours(2));
		device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		this.clock.advance(Duration.ofMinutes(-5));
		assertThat(device.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
	}

	@Test
	void serviceTimeSetsTheFloorDownwards() {
		Device device = device();
		this.clock.advance(Duration.ofHours(40));
		assertThat(device.denial()).isNull();
		device.consent().serviceTime().believe(TestClock.START.plusSeconds(60));
		this.clock.set(TestClock.START.plusSeconds(61));
		assertThat(device.denial()).isNull();
	}

	@Test
	void serviceTimeShowsThatTheClockIsBehind() {
		Device device = device();
		device.consent().serviceTime().believe(TestClock.START.plusSeconds(3600));
		assertThat(device.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
	}

	@Test
	void clockFarAheadDoesNotLockOutTheNextBundle() {
		Device device = device();
		this.clock.advance(Duration.ofDays(3650));
		assertThat(device.denial()).isEqualTo(DenialReason.EXPIRED);
		this.clock.set(TestClock.START.plusSeconds(60));
		device.consent().replace(issue(), this.request);
		assertThat(device.denial()).isNull();
	}

	@Test
	void rollbackAfterExpiryIsStillARollback() {
		Device device = device();
		this.clock.advance(Duration.ofDays(10));
		assertThat(device.denial()).isEqualTo(DenialReason.EXPIRED);
		this.clock.set(TestClock.START.plusSeconds(3600));
		assertThat(device.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
	}

	@Test
	void bundleThatEndsBeyondAllMeasureStillHasAFloor() {
		Device device = emptyDevice();
		ConsentBundle issued = issue();
		device.consent()
			.replace(
					new ConsentBundle(issued.bundleId(), issued.grantToken(), issued.jwksSnapshot(),
							issued.offlineAuditKey(), issued.checkpointAt(), issued.syncEndpoint(), Instant.MAX),
					this.request);
		assertThat(device.restart().denial()).isNull();
		this.clock.set(TestClock.START.minusSeconds(3600));
		assertThat(device.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
	}

}
