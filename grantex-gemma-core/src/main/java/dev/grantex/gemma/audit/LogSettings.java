package dev.grantex.gemma.audit;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * How entries are appended.
 *
 * @param clock the clock of the entries' timestamps
 * @param retryPace how soon after a failure it is tried again to undo it
 * @param patience how long a call waits at most for room, or for another that mends
 * @param listeners called with every acknowledged entry
 */
record LogSettings(Clock clock, Duration retryPace, Duration patience, List<Consumer<SignedAuditEntry>> listeners) {

	LogSettings {
		listeners = List.copyOf(listeners);
	}

}
