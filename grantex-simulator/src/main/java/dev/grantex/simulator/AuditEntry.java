package dev.grantex.simulator;

import java.time.Instant;

import tools.jackson.databind.node.ObjectNode;

/**
 * An accepted audit entry.
 *
 * @param timestamp as stored, which is not always as it was sent
 * @param metadata canonical text
 * @param wire the entry as it was received
 */
record AuditEntry(String id, long seq, String timestamp, String metadata, String hash, Instant syncedAt,
		ObjectNode wire) {
}
