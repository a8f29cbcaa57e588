package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.Map;

import dev.grantex.simulator.RecordedRequest;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Keeping to the service's limit of uploads without running into it.
 */
class UploadPaceTests extends SyncFixture {

	private static final int CALLS = 20;

	@Test
	void allowsAsManyCallsAsTheServiceTakesInAMinute() {
		UploadPace pace = used();
		assertThatExceptionOfType(UploadPausedException.class).isThrownBy(pace::acquire)
			.satisfies((paused) -> assertThat(paused.resumeAfter()).isBetween(Duration.ofSeconds(60),
					Duration.ofSeconds(62)));
	}

	@Test
	void allowsTheNextCallWhenTheFirstOneIsAMinuteAgo() {
		UploadPace pace = new UploadPace(this.clock);
		pace.acquire();
		this.clock.advance(Duration.ofSeconds(30));
		for (int i = 1; i < CALLS; i++) {
			pace.acquire();
		}
		this.clock.advance(Duration.ofSeconds(31));
		assertThatNoException().isThrownBy(pace::acquire);
		assertThatExceptionOfType(UploadPausedException.class).isThrownBy(pace::acquire)
			.satisfies((paused) -> assertThat(paused.resumeAfter()).hasSeconds(30));
	}

	@Test
	void clockThatIsSetBackKeepsCallsWaitingForNoMoreThanAMinute() {
		UploadPace pace = used();
		this.clock.set(TestClock.START.minus(Duration.ofDays(20_000)));
		assertThatExceptionOfType(UploadPausedException.class).isThrownBy(pace::acquire)
			.satisfies((paused) -> assertThat(paused.resumeAfter()).isLessThan(Duration.ofSeconds(62)));
		this.clock.advance(Duration.ofSeconds(62));
		assertThatNoException().isThrownBy(pace::acquire);
	}

	@Test
	void pauseIsNoProblemAndTheNextCycleGoesOn() {
		SyncDevice device = syncDevice();
		this.simulator.rateLimits(true);
		String fat = "x".repeat(60_000);
		for (int i = 0; i < 400; i++) {
			device.device().log().append("tool:" + i, null, "success", Map.of("text", fat));
		}
		SyncResult first = device.sync();
		assertThat(first.isSuccessful()).isTrue();
		assertThat(first.resumeAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(62));
		assertThat(first.unsynchronized()).isPositive();
		assertThat(this.simulator.requests(Route.SYNC)).hasSize(CALLS);
		this.clock.advance(first.resumeAfter());
		SyncResult second = device.sync();
		assertThat(second.isSuccessful()).isTrue();
		assertThat(second.resumeAfter()).isNull();
		assertThat(second.unsynchronized()).isZero();
		assertThat(this.simulator.requests(Route.SYNC).stream().map(RecordedRequest::receivedAt).distinct()).hasSize(2);
	}

	@Test
	void pauseEndsTheUploadsOfTheCycleForAllChains() {
		SyncDevice device = syncDevice();
		String fat = "x".repeat(60_000);
		for (int i = 0; i < 400; i++) {
			device.device().log().append("tool:" + i, null, "success", Map.of("text", fat));
		}
		String former = bundleId(device);
		device.device().consent().replace(issue(), this.request);
		device.device().calls(1);
		assertThat(device.sync().resumeAfter()).isNotNull();
		assertThat(hashesAtService(bundleId(device))).isEmpty();
		assertThat(device.device().retiredFile(former)).exists();
		this.clock.advance(Duration.ofSeconds(62));
		assertThat(device.sync().resumeAfter()).isNull();
		assertThat(hashesAtService(former)).hasSize(400);
		assertThat(hashesAtService(bundleId(device))).hasSize(1);
	}

	private UploadPace used() {
		UploadPace pace = new UploadPace(this.clock);
		for (int i = 0; i < CALLS; i++) {
			pace.acquire();
		}
		return pace;
	}

}
