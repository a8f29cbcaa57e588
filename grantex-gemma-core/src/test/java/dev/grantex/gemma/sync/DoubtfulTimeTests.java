package dev.grantex.gemma.sync;

import java.time.Duration;
import java.time.Instant;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers whose time neither the device's clock nor the bundle's life bears out.
 */
class DoubtfulTimeTests extends SyncFixture {

	private static final String FAR = "Fri, 31 Dec 9999 23:59:58 GMT";

	private static final String FAR_AND_ONE = "Fri, 31 Dec 9999 23:59:59 GMT";

	private static final Duration SECOND = Duration.ofMillis(1001);

	private SyncDevice device;

	@BeforeEach
	void synchronizeOnce() {
		this.device = syncDevice();
		this.device.sync();
		this.simulator.clearRequests();
	}

	@Test
	void oneAnswerAloneChangesNothing() {
		this.simulator.faults().dates(FAR);
		assertThat(this.device.sync().isSuccessful()).isTrue();
		assertThat(this.device.device().denial()).isNull();
		assertThat(this.device.device().consent().status().clockFloor()).isBefore(TestClock.START.plusSeconds(1));
		assertThat(routes()).containsExactly(Route.STATUS, Route.STATUS);
		assertThat(this.device.time().waits()).containsExactly(SECOND);
	}

	@Test
	void aSecondAnswerASecondLaterConfirmsIt() {
		this.device.autoIssue(false);
		this.simulator.faults().dates(FAR, FAR, FAR_AND_ONE);
		assertThat(this.device.sync().isSuccessful()).isTrue();
		assertThat(routes()).containsExactly(Route.STATUS, Route.GET, Route.STATUS);
		assertThat(this.device.time().waits()).containsExactly(SECOND);
		assertThat(this.device.device().denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		assertThat(this.device.device().consent().status().clockFloor())
			.isEqualTo(this.device.device().bundle().offlineExpiresAt());
	}

	@Test
	void whatIsBelievedNeedsNoFurtherConfirmation() {
		this.device.autoIssue(false);
		this.simulator.clock().set(TestClock.START.plus(Duration.ofDays(365)));
		this.device.sync();
		assertThat(this.device.time().waits()).hasSize(1);
		this.simulator.clearRequests();
		this.device.sync();
		assertThat(routes()).containsExactly(Route.STATUS);
		assertThat(this.device.time().waits()).hasSize(1);
	}

	@Test
	void aSecondAnswerThatDisagreesConfirmsNothing() {
		this.simulator.faults().dates(FAR, "Thu, 30 Dec 8888 00:00:00 GMT");
		this.device.sync();
		assertThat(this.device.device().denial()).isNull();
		this.simulator.faults().dates(FAR, "Fri, 31 Dec 9999 23:59:52 GMT");
		this.device.sync();
		assertThat(this.device.device().denial()).isNull();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	@Test
	void answersOfTwoCyclesConfirmNothing() throws InterruptedException {
		TestTime time = new TestTime();
		AnsweredTimes times = new AnsweredTimes(this.device.device().consent().serviceTime(), time);
		Instant far = TestClock.START.plus(Duration.ofDays(3650));
		for (int cycle = 0; cycle < 3; cycle++) {
			times.beginCycle();
			times.sending();
			times.heard(far.plusSeconds(2L * cycle));
			assertThat(times.isInDoubt()).isTrue();
			time.sleep(Duration.ofSeconds(2));
		}
		times.sending();
		times.heard(far.plusSeconds(6));
		assertThat(times.isInDoubt()).isFalse();
		assertThat(this.device.device().denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
	}

	@Test
	void anAnswerToARequestSentWithinTheSecondConfirmsNothing() throws InterruptedException {
		TestTime time = new TestTime();
		AnsweredTimes times = new AnsweredTimes(this.device.device().consent().serviceTime(), time);
		Instant far = TestClock.START.plus(Duration.ofDays(3650));
		times.heard(far);
		time.sleep(Duration.ofMillis(999));
		times.sending();
		time.sleep(Duration.ofSeconds(3));
		times.heard(far.plusSeconds(4));
		assertThat(times.isInDoubt()).isTrue();
		assertThat(this.device.device().denial()).isNull();
	}

	@Test
	void withinAPauseOfStatusCallsNoSecondRequestIsMade() {
		this.device.restart();
		this.simulator.faults().dates(FAR);
		this.simulator.faults().respond(Route.GET, 429, "{}", 1);
		SyncResult result = this.device.sync();
		assertThat(result.problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.RATE_LIMITED);
		assertThat(routes()).containsExactly(Route.STATUS, Route.GET);
		assertThat(this.device.time().waits()).isEmpty();
		assertThat(this.device.device().denial()).isNull();
	}

	@Test
	void anInterruptEndsTheWait() {
		this.device.time().interruptSleep();
		this.simulator.faults().dates(FAR);
		SyncResult result = this.device.sync();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(result.problems()).extracting(SyncProblem::code).containsOnly("interrupted");
		assertThat(routes()).containsExactly(Route.STATUS);
		assertThat(this.device.device().denial()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "never", "0", "Fri, 32 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59Z",
			"Mon, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 99999999999 23:59:59 GMT" })
	void anAnswerWithoutAReadableDateTellsNothing(String date) {
		this.simulator.faults().dates(date);
		assertThat(this.device.sync().isSuccessful()).isTrue();
		assertThat(routes()).containsExactly(Route.STATUS);
		assertThat(this.device.device().denial()).isNull();
	}

	@Test
	void aDeviceThatBootsIn1970AfterItsBundleHasEndedGetsANewOne() {
		Instant later = TestClock.START.plus(Duration.ofDays(365));
		this.simulator.clock().set(later);
		this.clock.set(Instant.EPOCH);
		this.device.restart();
		assertThat(this.device.sync().issued()).isTrue();
		assertThat(this.device.device().denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		this.clock.set(later);
		assertThat(this.device.device().denial()).isNull();
	}

	@Test
	void aServiceThatAlwaysTellsTheSameWrongTimeIsBelievedUntilItTellsAnother() {
		String id = bundleId(this.device);
		this.simulator.faults().dates(FAR, FAR, FAR_AND_ONE);
		this.device.autoIssue(false).sync();
		assertThat(this.device.device().denial()).isNotNull();
		this.device.sync();
		assertThat(this.device.device().denial()).isNull();
		assertThat(bundleId(this.device)).isEqualTo(id);
	}

}
