package dev.grantex.gemma.audit;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * How a log is written.
 *
 * @param file the active file
 * @param durability when an entry is acknowledged
 * @param maxSize how large the active file may grow, in bytes
 * @param rotateOnSize whether another file is begun then
 * @param listener called with every acknowledged entry
 */
record LogSettings(Path file, Durability durability, long maxSize, boolean rotateOnSize,
		Consumer<SignedAuditEntry> listener) {

}
