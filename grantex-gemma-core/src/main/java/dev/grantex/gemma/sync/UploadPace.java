package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps to the service's limit of uploads, 20 a minute and client address, by this
 * device's clock and over cycles. Safe for use by several threads.
 */
final class UploadPace {

	private static final int CALLS = 20;

	/** A second more than the service's, because calls travel for different times. */
	private static final Duration WINDOW = Duration.ofSeconds(61);

	private final Clock clock;

	private final Deque<Instant> calls = new ArrayDeque<>();

	UploadPace(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Takes note of a call that is about to be made.
	 * @throws CallPausedException if it must wait
	 */
	synchronized void acquire() {
		Instant now = this.clock.instant();
		require(now);
		if (this.calls.size() == CALLS) {
			this.calls.removeFirst();
		}
		this.calls.addLast(now);
	}

	synchronized void require() {
		require(this.clock.instant());
	}

	private void require(Instant now) {
		bringBack(now);
		if (this.calls.size() == CALLS) {
			Duration since = Duration.between(this.calls.getFirst(), now);
			if (since.compareTo(WINDOW) < 0) {
				throw new CallPausedException(Pauses.Limit.UPLOADS, false, WINDOW.minus(since));
			}
		}
	}

	/**
	 * After the clock was set back, calls lie in the future: when they really were is not
	 * known, but before now.
	 */
	private void bringBack(Instant now) {
		int future = 0;
		while (!this.calls.isEmpty() && this.calls.getLast().isAfter(now)) {
			this.calls.removeLast();
			future++;
		}
		for (int i = 0; i < future; i++) {
			this.calls.addLast(now);
		}
	}

}
