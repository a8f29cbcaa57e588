package dev.grantex.gemma.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A device whose clock is wrong, at a service whose clock is right.
 */
class ClockTests extends SyncFixture {

	@Test
	void entriesOfADeviceThatBootedIn1970AreAccepted() {
		SyncDevice device = syncDevice();
		this.simulator.clock().set(TestClock.START.plusSeconds(60));
		device.device().calls(1);
		this.clock.set(Instant.EPOCH);
		device.restart();
		deny(device);
		this.clock.set(TestClock.START.plusSeconds(60));
		device.device().calls(1);
		SyncResult result = device.sync();
		assertThat(result.isSuccessful()).isTrue();
		assertThat(result.accepted()).isEqualTo(3);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void deviceThatBootedIn1970CanSynchronize() {
		SyncDevice device = syncDevice();
		this.simulator.clock().set(TestClock.START.plusSeconds(60));
		this.clock.set(Instant.EPOCH);
		device.restart();
		deny(device);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(this.simulator.requests(Route.REFRESH)).isEmpty();
		this.clock.set(TestClock.START.plusSeconds(90));
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void answerOfTheServiceForgivesAClockThatRanAhead() {
		SyncDevice device = syncDevice();
		this.simulator.clock().set(TestClock.START.plusSeconds(3600));
		this.clock.advance(Duration.ofDays(3650));
		assertThat(device.device().denial()).isEqualTo(DenialReason.EXPIRED);
		this.clock.set(TestClock.START.plusSeconds(3600));
		device.restart();
		assertThat(device.device().denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		this.simulator.faults().unreachable();
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		this.simulator.faults().reachable();
		device.sync();
		assertThat(device.device().denial()).isNull();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(device.restart().device().denial()).isNull();
	}

	@Test
	void answerWithoutAuthenticationForgivesNothing() {
		SyncDevice device = syncDevice();
		this.simulator.clock().set(TestClock.START.plusSeconds(3600));
		this.clock.advance(Duration.ofDays(3650));
		device.device().denial();
		this.clock.set(TestClock.START.plusSeconds(3600));
		device.apiKey("wrong-key-of-a-good-length").sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
	}

	private static void deny(SyncDevice device) {
		try (CallDecision decision = device.device().consent().decide()) {
			assertThat(decision.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
			decision.recordDenial("tool:read", decision.grant(), Map.of("reason", "clock_rollback"), Map.of());
		}
	}

}
