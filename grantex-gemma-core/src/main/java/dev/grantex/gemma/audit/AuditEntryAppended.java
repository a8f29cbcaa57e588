package dev.grantex.gemma.audit;

/**
 * Published when an entry has become part of the chain, on the thread that appended it.
 *
 * @param entry the entry
 */
public record AuditEntryAppended(SignedAuditEntry entry) {

}
