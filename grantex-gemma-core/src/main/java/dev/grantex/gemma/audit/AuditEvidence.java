package dev.grantex.gemma.audit;

import java.util.stream.Stream;

/**
 * Signed entries of one bundle's chain, to be uploaded.
 */
public interface AuditEvidence {

	/**
	 * The id of the bundle whose chain it is.
	 */
	String bundleId();

	/**
	 * The sequence number of the first entry that is kept: 1, or a later one after
	 * entries that the service has were deleted.
	 */
	long firstSequence();

	/**
	 * Reads entries from one on, in constant memory. The stream must be closed.
	 * @param fromSequence the first sequence number wanted, from 1; entries that are no
	 * longer kept are left out
	 * @return the entries in order, without a gap
	 * @throws IllegalArgumentException if the sequence number is not positive
	 * @throws AuditLogException if the files cannot be read
	 */
	Stream<SignedAuditEntry> read(long fromSequence);

	/**
	 * The entry signed with the current key, as the service wants it after a refresh. The
	 * log keeps the entry as it is.
	 * @param entry an entry of this chain
	 * @return the same entry under the current key's signature
	 * @throws AuditLogException if the entry is not as one of the chain's keys has signed
	 * it, or there is no key any more
	 */
	SignedAuditEntry resign(SignedAuditEntry entry);

}
