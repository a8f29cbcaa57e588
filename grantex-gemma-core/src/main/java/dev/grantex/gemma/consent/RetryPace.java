package dev.grantex.gemma.consent;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Lets something be tried again once in a while, however often it is asked for.
 * Thread-safe; a clock that jumps does not stop it.
 */
final class RetryPace {

	private final Duration pause;

	private final AtomicReference<@Nullable Instant> last = new AtomicReference<>();

	RetryPace(Duration pause) {
		this.pause = pause;
	}

	/**
	 * Whether the caller is the one to try now.
	 */
	boolean isDue(Instant now) {
		Instant before = this.last.get();
		boolean due = before == null || Duration.between(before, now).abs().compareTo(this.pause) >= 0;
		return due && this.last.compareAndSet(before, now);
	}

}
