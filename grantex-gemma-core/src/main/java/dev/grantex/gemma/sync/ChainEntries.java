package dev.grantex.gemma.sync;

import java.util.stream.Stream;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The entries of a chain that is being delivered, and up to where the service has them.
 */
interface ChainEntries {

	/**
	 * The last sequence number that the service has accepted, 0 for none.
	 */
	long position();

	/**
	 * The last sequence number that can be delivered, 0 for none.
	 */
	long head();

	/**
	 * The first sequence number that is still kept.
	 */
	long firstSequence();

	/**
	 * Reads entries, each signed with the bundle's present key. The stream must be
	 * closed.
	 * @param from the first sequence number wanted, from 1
	 * @throws AuditLogException if the log is damaged there, also while it is read
	 */
	Stream<SignedAuditEntry> read(long from);

	/**
	 * Remembers up to where the service has accepted the chain; it can be set back.
	 * @throws AuditLogException if it cannot be written; the position stays then
	 */
	void markAccepted(long sequence);

	/**
	 * Whether further entries can be signed with another key.
	 */
	boolean isRefreshable();

	/**
	 * Notes beside the entries whether the service may have another key.
	 * @throws AuditLogException if it cannot be written
	 */
	void markRefreshPending(boolean pending);

	/**
	 * Signs with the key of the refreshed form of the bundle from now on.
	 * @return the first sequence number that is signed with it
	 * @throws AuditLogException if its key is unusable
	 */
	long refresh(ConsentBundle refreshed);

	/**
	 * Notes beside the entries that the present key is a new one.
	 * @throws AuditLogException if it cannot be written
	 */
	void markRefreshed();

	/**
	 * The sequence number that the next entry will have.
	 */
	long nextSequence();

}
