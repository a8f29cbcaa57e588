package dev.grantex.gemma.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

	/**
	 * A clock as it is wrong, and why calls are denied before and after the service has
	 * told the time.
	 */
	@ParameterizedTest
	@CsvSource(nullValues = "-", textBlock = """
			1970-01-01T00:00:00Z,      CLOCK_ROLLBACK, CLOCK_ROLLBACK
			2016-11-21T13:00:00.250Z,  CLOCK_ROLLBACK, CLOCK_ROLLBACK
			2026-11-20T13:00:00.250Z,  CLOCK_ROLLBACK, CLOCK_ROLLBACK
			2026-11-21T12:30:00Z,      -,              CLOCK_ROLLBACK
			2026-11-21T12:59:29Z,      -,              CLOCK_ROLLBACK
			2026-11-21T12:59:31Z,      -,              -
			2026-11-21T13:00:00.250Z,  -,              -
			2026-11-21T13:00:30Z,      -,              -
			2026-11-21T13:01:00Z,      -,              -
			2026-11-24T11:59:29Z,      -,              -
			2026-11-24T12:00:01Z,      EXPIRED,        CLOCK_AHEAD
			2026-12-21T13:00:00Z,      EXPIRED,        CLOCK_AHEAD
			2036-11-18T13:00:00Z,      EXPIRED,        CLOCK_AHEAD
			9999-12-31T23:59:59Z,      EXPIRED,        CLOCK_AHEAD
			""")
	void aWrongClockIsToldForWhatItIsAndWorksAtOnceWhenItIsSetRight(Instant wrong, DenialReason offline,
			DenialReason online) {
		SyncDevice device = syncDevice();
		Instant truth = TestClock.START.plusSeconds(3600);
		this.simulator.clock().set(truth);
		this.clock.set(wrong);
		assertThat(device.restart().device().denial()).isEqualTo(offline);
		for (int cycle = 0; cycle < 2; cycle++) {
			assertThat(device.sync().isSuccessful()).isTrue();
			assertThat(device.device().denial()).isEqualTo(online);
			this.simulator.clock().advance(Duration.ofSeconds(10));
			this.clock.advance(Duration.ofSeconds(10));
		}
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(this.simulator.requests(Route.REFRESH)).isEmpty();
		assertThat(device.time().waits()).isEmpty();
		this.clock.set(truth.plusSeconds(20));
		assertThat(device.device().denial()).isNull();
		device.device().calls(1);
		assertThat(device.sync().isSuccessful()).isTrue();
	}

	@Test
	void aClockThatLeapsAheadBetweenTwoCyclesIsToldByTheNext() {
		SyncDevice device = syncDevice();
		device.sync();
		this.simulator.clock().set(TestClock.START.plusSeconds(300));
		this.clock.advance(Duration.ofDays(3650));
		assertThat(device.device().denial()).isEqualTo(DenialReason.EXPIRED);
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.CLOCK_AHEAD);
		this.clock.set(TestClock.START.plusSeconds(300));
		assertThat(device.device().denial()).isNull();
		this.clock.advance(Duration.ofHours(72));
		assertThat(device.device().denial()).isEqualTo(DenialReason.EXPIRED);
	}

	@Test
	void aClockThatIsAheadIsStillToldForItOfflineButNotAfterARestart() {
		SyncDevice device = syncDevice();
		this.simulator.clock().set(TestClock.START.plusSeconds(60));
		this.clock.advance(Duration.ofDays(3650));
		device.sync();
		this.simulator.faults().unreachable();
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.CLOCK_AHEAD);
		assertThat(device.restart().device().denial()).isEqualTo(DenialReason.EXPIRED);
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.EXPIRED);
		this.simulator.faults().reachable();
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.CLOCK_AHEAD);
	}

	@Test
	void aBundleThatHasEndedInTruthIsExpiredWhateverTheClockShows() {
		SyncDevice device = syncDevice();
		this.clock.advance(Duration.ofDays(3650));
		this.simulator.clock().set(TestClock.START.plus(Duration.ofHours(36)));
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.CLOCK_AHEAD);
		this.clock.advance(Duration.ofHours(36));
		assertThat(device.device().denial()).isEqualTo(DenialReason.EXPIRED);
	}

	@Test
	void aDeviceThatIsAheadRefreshesByTheServicesTime() {
		SyncDevice device = syncDevice();
		this.clock.advance(Duration.ofDays(3650));
		this.simulator.clock().set(TestClock.START.plus(Duration.ofHours(36)));
		assertThat(device.sync().refreshed()).isFalse();
		this.simulator.clock().set(TestClock.START.plus(Duration.ofHours(60)));
		assertThat(device.sync().refreshed()).isTrue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.CLOCK_AHEAD);
		this.clock.set(TestClock.START.plus(Duration.ofHours(60)));
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void theFirstBundleOfADeviceThatIsAheadHasNotExpired() {
		SyncDevice device = emptySyncDevice();
		this.simulator.clock().set(TestClock.START);
		this.clock.advance(Duration.ofDays(3650));
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.CLOCK_AHEAD);
		assertThat(device.sync().issued()).isFalse();
		this.clock.set(TestClock.START);
		assertThat(device.device().denial()).isNull();
	}

	private static void deny(SyncDevice device) {
		try (CallDecision decision = device.device().consent().decide()) {
			assertThat(decision.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
			decision.recordDenial("tool:read", decision.grant(), Map.of("reason", "clock_rollback"), Map.of());
		}
	}

}
