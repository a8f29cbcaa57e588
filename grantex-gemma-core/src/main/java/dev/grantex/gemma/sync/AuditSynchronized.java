package dev.grantex.gemma.sync;

/**
 * Published after every cycle.
 *
 * @param result what the cycle did
 */
public record AuditSynchronized(SyncResult result) {

}
