package dev.grantex.gemma.audit.store.file;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * How chains are kept in files.
 *
 * @param file the active file; closed ones and the seals stand beside it
 * @param forced whether every line is forced before it is acknowledged
 * @param maxSize how large the active file may grow, in bytes
 * @param rotateOnSize whether another file is begun then
 * @param retention how long lines are kept after the service has accepted them
 * @param maxTotalSize how large all files together may grow, in bytes
 * @param clock the device's clock
 * @param sealPace how soon after a change the seal is written
 * @param patience how long a call waits at most for room
 */
public record FileSettings(Path file, boolean forced, long maxSize, boolean rotateOnSize, Duration retention,
		long maxTotalSize, Clock clock, Duration sealPace, Duration patience) {

	/**
	 * How many times longer than to the seal it takes until what failed is tried again.
	 */
	static final int RETRY_PACE = 20;

}
