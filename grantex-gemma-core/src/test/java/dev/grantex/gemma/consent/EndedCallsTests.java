package dev.grantex.gemma.consent;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EndedCalls}.
 */
class EndedCallsTests {

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);

	private final EndedCalls calls = new EndedCalls(this.nanoTime::get);

	@Test
	void callCountsFromFiveSecondsAfterItsEndUntilItIsOnRecord() {
		CallDecision first = new DeniedConsent.Denied(DenialReason.REVOKED);
		CallDecision second = new DeniedConsent.Denied(DenialReason.EXPIRED);
		this.calls.add(first);
		pass(Duration.ofMillis(4999));
		this.calls.add(second);
		assertThat(this.calls.overdue()).isZero();
		pass(Duration.ofMillis(1));
		assertThat(this.calls.overdue()).isOne();
		this.calls.add(first);
		pass(Duration.ofSeconds(5));
		assertThat(this.calls.overdue()).isEqualTo(2);
		this.calls.remove(first);
		assertThat(this.calls.overdue()).isOne();
		this.calls.remove(second);
		this.calls.remove(second);
		assertThat(this.calls.overdue()).isZero();
	}

	private void pass(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
	}

}
