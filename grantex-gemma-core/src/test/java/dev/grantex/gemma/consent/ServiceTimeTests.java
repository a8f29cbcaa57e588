package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The service's time as it goes on between two answers, whatever becomes of the device's
 * clock.
 */
class ServiceTimeTests {

	private static final Instant SERVICE = Instant.parse("2030-01-01T00:00:00Z");

	private static final Duration SKEW = Duration.ofSeconds(30);

	private static final Duration YEARS = Duration.ofDays(3650);

	private final TestClock local = new TestClock();

	private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

	private final ServiceTime time = new ServiceTime(new CurrentStanding(this.local, () -> {
	}), this.nanos::get, SKEW);

	private final Clock clock = this.time.clock();

	@Test
	void isTheLocalClockBeforeTheFirstAnswer() {
		assertThat(this.clock.instant()).isEqualTo(TestClock.START);
		assertThat(this.time.believedAt(TestClock.START)).isEmpty();
		assertThat(this.time.isPassedBy(Instant.MAX)).isFalse();
	}

	@Test
	void goesOnFromWhatIsBelieved() {
		this.time.believe(SERVICE);
		assertThat(this.clock.instant()).isEqualTo(SERVICE);
		pass(Duration.ofSeconds(5));
		assertThat(this.clock.instant()).isEqualTo(SERVICE.plusSeconds(5));
		this.time.believe(Instant.EPOCH);
		assertThat(this.clock.instant()).isBetween(Instant.EPOCH, Instant.EPOCH.plusSeconds(1));
	}

	@Test
	void aTimeWithinTheSecondThatWasToldAgreesWithIt() {
		Instant second = TestClock.START.minusNanos(TestClock.START.getNano());
		this.time.believe(second);
		assertThat(this.clock.instant()).isEqualTo(TestClock.START);
	}

	@Test
	void goesOnThoughTheLocalClockIsSetBack() {
		this.local.set(SERVICE.plus(YEARS));
		this.time.believe(SERVICE);
		assertThat(this.time.isPassedBy(this.local.instant())).isTrue();
		pass(Duration.ofMinutes(1));
		this.local.set(SERVICE.plusSeconds(60));
		assertThat(this.clock.instant()).isBetween(SERVICE.plusSeconds(60), SERVICE.plusSeconds(61));
		assertThat(this.time.isPassedBy(this.local.instant())).isFalse();
		this.local.advance(Duration.ofHours(72));
		assertThat(this.time.isPassedBy(this.local.instant())).isFalse();
	}

	@Test
	void aClockThatLeapsAheadCannotBeToldFromADeviceThatSlept() {
		this.local.set(SERVICE);
		this.time.believe(SERVICE);
		this.local.advance(YEARS);
		assertThat(this.clock.instant()).isEqualTo(SERVICE.plus(YEARS));
		assertThat(this.time.isPassedBy(this.local.instant())).isFalse();
	}

	@Test
	void aClockThatIsAheadByTheSkewIsNotKnownToBeAhead() {
		this.local.set(SERVICE.plusSeconds(31));
		this.time.believe(SERVICE);
		assertThat(this.time.isPassedBy(this.local.instant())).isFalse();
		assertThat(this.time.isPassedBy(this.local.instant().plusMillis(1))).isFalse();
		this.local.set(SERVICE.plusSeconds(31).plusMillis(1));
		this.time.believe(SERVICE);
		assertThat(this.time.isPassedBy(this.local.instant())).isTrue();
	}

	@Test
	void timesThatNothingCanCountToAreHeld() {
		this.local.set(Instant.MIN);
		this.time.believe(SERVICE);
		this.local.set(Instant.MAX);
		assertThat(this.clock.instant()).isEqualTo(Instant.MAX);
	}

	private void pass(Duration time) {
		this.local.advance(time);
		this.nanos.addAndGet(time.toNanos());
	}

}
