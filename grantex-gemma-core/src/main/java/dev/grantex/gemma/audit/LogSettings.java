package dev.grantex.gemma.audit;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a log is written.
 *
 * @param file the active file
 * @param durability when an entry is acknowledged
 * @param maxSize how large the active file may grow, in bytes
 * @param rotateOnSize whether another file is begun then
 * @param retention how long entries are kept after the service has accepted them
 * @param maxTotalSize how large all files together may grow, in bytes
 * @param clock the clock of the entries' timestamps
 * @param sealPace how soon after a change the seal is written
 * @param patience how long a call waits at most for room, or for another that mends
 * @param listeners called with every acknowledged entry
 */
record LogSettings(Path file, Durability durability, long maxSize, boolean rotateOnSize, Duration retention,
		long maxTotalSize, Clock clock, Duration sealPace, Duration patience,
		List<Consumer<SignedAuditEntry>> listeners) {

	/**
	 * How many times longer than to the seal it takes until what failed is tried again.
	 */
	static final int RETRY_PACE = 20;

	LogSettings {
		listeners = List.copyOf(listeners);
	}

}
