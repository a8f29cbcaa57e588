package dev.grantex.simulator;

import tools.jackson.databind.JsonNode;

/**
 * Why one entry of a batch was refused.
 *
 * @param seq the entry's sequence number, or JSON null if it had none that is a number
 */
record EntryError(JsonNode seq, String code, String message) {
}
