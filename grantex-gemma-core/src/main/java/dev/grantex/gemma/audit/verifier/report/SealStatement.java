package dev.grantex.gemma.audit.verifier.report;

/**
 * What a seal states.
 *
 * @param bundleId the bundle whose chain it is
 * @param grantId the grant of the chain's entries
 * @param generation the number of the statement, from 1
 * @param sequence the sequence number of the last entry
 * @param hash the hash of the last entry
 * @param firstKept the sequence number of the first entry that is kept; earlier ones were
 * deleted after the service had accepted them
 * @param synchronizedThrough the last sequence number that the service has accepted
 * @param damagedAt the sequence number of the first entry that was found damaged before
 * the service had accepted it, 0 if there is none
 * @param refreshPending whether a refresh of the bundle was begun whose answer may have
 * been lost
 * @param revoked whether the bundle was revoked
 * @param closed whether the log was closed
 */
public record SealStatement(String bundleId, String grantId, long generation, long sequence, String hash,
		long firstKept, long synchronizedThrough, long damagedAt, boolean refreshPending, boolean revoked,
		boolean closed) {

}
