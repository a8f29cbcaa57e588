package dev.grantex.simulator;

/**
 * A customer's row.
 */
record Account(String developerId, String apiKey, String name, int planLimit) {
}
