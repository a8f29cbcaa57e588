package dev.grantex.gemma.consent;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The service's time as it goes on between two answers, whatever becomes of the device's
 * clock.
 */
class ServiceClockTests {

	private static final Instant SERVICE = Instant.parse("2030-01-01T00:00:00Z");

	private static final Duration SKEW = Duration.ofSeconds(30);

	private static final Duration YEARS = Duration.ofDays(3650);

	private final TestClock local = new TestClock();

	private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

	private final ServiceClock clock = new ServiceClock(this.local, this.nanos::get);

	@Test
	void isTheLocalClockBeforeTheFirstAnswer() {
		assertThat(this.clock.instant()).isEqualTo(TestClock.START);
		assertThat(this.clock.believedAt(TestClock.START)).isEmpty();
		assertThat(this.clock.isPassedBy(Instant.MAX, SKEW)).isFalse();
	}

	@Test
	void goesOnFromWhatIsBelieved() {
		this.clock.believe(SERVICE);
		assertThat(this.clock.instant()).isEqualTo(SERVICE);
		pass(Duration.ofSeconds(5));
		assertThat(this.clock.instant()).isEqualTo(SERVICE.plusSeconds(5));
		this.clock.believe(Instant.EPOCH);
		assertThat(this.clock.instant()).isBetween(Instant.EPOCH, Instant.EPOCH.plusSeconds(1));
	}

	@Test
	void aTimeWithinTheSecondThatWasToldAgreesWithIt() {
		Instant second = TestClock.START.minusNanos(TestClock.START.getNano());
		this.clock.believe(second);
		assertThat(this.clock.instant()).isEqualTo(TestClock.START);
	}

	@Test
	void goesOnThoughTheLocalClockIsSetBack() {
		this.local.set(SERVICE.plus(YEARS));
		this.clock.believe(SERVICE);
		assertThat(this.clock.isPassedBy(this.local.instant(), SKEW)).isTrue();
		pass(Duration.ofMinutes(1));
		this.local.set(SERVICE.plusSeconds(60));
		assertThat(this.clock.instant()).isBetween(SERVICE.plusSeconds(60), SERVICE.plusSeconds(61));
		assertThat(this.clock.isPassedBy(this.local.instant(), SKEW)).isFalse();
		this.local.advance(Duration.ofHours(72));
		assertThat(this.clock.isPassedBy(this.local.instant(), SKEW)).isFalse();
	}

	@Test
	void aClockThatLeapsAheadCannotBeToldFromADeviceThatSlept() {
		this.local.set(SERVICE);
		this.clock.believe(SERVICE);
		this.local.advance(YEARS);
		assertThat(this.clock.instant()).isEqualTo(SERVICE.plus(YEARS));
		assertThat(this.clock.isPassedBy(this.local.instant(), SKEW)).isFalse();
	}

	@Test
	void aClockThatIsAheadByTheSkewIsNotKnownToBeAhead() {
		this.local.set(SERVICE.plusSeconds(31));
		this.clock.believe(SERVICE);
		assertThat(this.clock.isPassedBy(this.local.instant(), SKEW)).isFalse();
		assertThat(this.clock.isPassedBy(this.local.instant().plusMillis(1), SKEW)).isFalse();
		this.local.set(SERVICE.plusSeconds(31).plusMillis(1));
		this.clock.believe(SERVICE);
		assertThat(this.clock.isPassedBy(this.local.instant(), SKEW)).isTrue();
	}

	@Test
	void timesThatNothingCanCountToAreHeld() {
		this.local.set(Instant.MIN);
		this.clock.believe(SERVICE);
		this.local.set(Instant.MAX);
		assertThat(this.clock.instant()).isEqualTo(Instant.MAX);
	}

	private void pass(Duration time) {
		this.local.advance(time);
		this.nanos.addAndGet(time.toNanos());
	}

}
