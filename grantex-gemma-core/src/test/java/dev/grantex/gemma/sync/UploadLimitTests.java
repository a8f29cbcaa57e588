package dev.grantex.gemma.sync;

import java.time.Duration;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Keeping to the service's limit of uploads without running into it.
 */
class UploadLimitTests extends SyncFixture {

	private static final int CALLS = 20;

	@Test
	void allowsAsManyCallsAsTheServiceTakesInAMinute() {
		Pauses pauses = used();
		assertThatExceptionOfType(CallPausedException.class).isThrownBy(pauses::beginUpload)
			.satisfies((paused) -> assertThat(paused.left()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(62)));
	}

	@Test
	void allowsTheNextCallWhenTheFirstOneIsAMinuteAgo() {
		Pauses pauses = new Pauses(this.clock);
		pauses.beginUpload();
		this.clock.advance(Duration.ofSeconds(30));
		for (int i = 1; i < CALLS; i++) {
			pauses.beginUpload();
		}
		this.clock.advance(Duration.ofSeconds(31));
		assertThatNoException().isThrownBy(pauses::beginUpload);
		assertThatExceptionOfType(CallPausedException.class).isThrownBy(pauses::beginUpload)
			.satisfies((paused) -> assertThat(paused.left()).hasSeconds(30));
	}

	@Test
	void clockThatIsSetBackKeepsCallsWaitingForNoMoreThanAMinute() {
		Pauses pauses = used();
		this.clock.set(TestClock.START.minus(Duration.ofDays(20_000)));
		assertThatExceptionOfType(CallPausedException.class).isThrownBy(pauses::beginUpload)
			.satisfies((paused) -> assertThat(paused.left()).isLessThan(Duration.ofSeconds(62)));
		this.clock.advance(Duration.ofSeconds(62));
		assertThatNoException().isThrownBy(pauses::beginUpload);
	}

	@Test
	void pauseIsNoProblemAndTheNextCycleGoesOn() {
		SyncDevice device = manyChains();
		SyncResult first = device.sync();
		assertThat(first.isSuccessful()).isTrue();
		assertThat(first.accepted()).isEqualTo(CALLS);
		assertThat(first.resumeAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(62));
		assertThat(this.simulator.requests(Route.SYNC)).hasSize(CALLS);
		this.clock.advance(first.resumeAfter());
		SyncResult second = device.sync();
		assertThat(second.isSuccessful()).isTrue();
		assertThat(second.resumeAfter()).isNull();
		assertThat(second.unsynchronized()).isZero();
	}

	@Test
	void pauseEndsTheUploadsOfTheCycleForAllChains() {
		SyncDevice device = manyChains();
		device.sync();
		assertThat(hashesAtService(bundleId(device))).isEmpty();
		assertThat(device.device().repository().loadRetired()).hasSize(2);
		this.clock.advance(Duration.ofSeconds(62));
		device.sync();
		assertThat(hashesAtService(bundleId(device))).hasSize(1);
		assertThat(device.device().repository().loadRetired()).isEmpty();
	}

	@Test
	void cyclesInQuickSuccessionShareTheMinute() {
		SyncDevice device = syncDevice();
		this.simulator.rateLimits(true);
		for (int i = 0; i < CALLS + 5; i++) {
			device.device().call("tool:" + i);
			assertThat(device.sync().isSuccessful()).isTrue();
		}
		assertThat(this.simulator.requests(Route.SYNC)).hasSize(CALLS);
		assertThat(device.device().log().unsynchronized()).isEqualTo(5);
	}

	/**
	 * A device with two more chains to deliver, besides the current one, than uploads are
	 * allowed in a minute.
	 */
	private SyncDevice manyChains() {
		SyncDevice device = syncDevice();
		for (int i = 0; i < CALLS + 2; i++) {
			device.device().calls(1);
			device.device().consent().replace(issue(), this.request);
		}
		device.device().calls(1);
		this.simulator.clearRequests();
		this.simulator.rateLimits(true);
		return device;
	}

	private Pauses used() {
		Pauses pauses = new Pauses(this.clock);
		for (int i = 0; i < CALLS; i++) {
			pauses.beginUpload();
		}
		return pauses;
	}

}
