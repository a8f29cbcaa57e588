package dev.grantex.simulator;

import java.time.Instant;

import tools.jackson.databind.node.ObjectNode;

/**
 * An accepted audit entry. It is kept as text, which takes a fraction of the memory that
 * its tree does: a service may have to keep a few hundred thousand.
 *
 * @param timestamp as stored, which is not always as it was sent
 * @param metadata canonical text
 * @param text the entry as it was received
 */
record AuditEntry(String id, long seq, String timestamp, String metadata, String hash, Instant syncedAt, String text) {

	ObjectNode wire() {
		return (ObjectNode) EcmaJsonParser.parse(this.text);
	}

}
