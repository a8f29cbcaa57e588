package dev.grantex.gemma.audit.verifier.report;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.verifier.report.ChainReport.SequenceRange;

/**
 * What a seal says of a chain, and whether the chain is as it says.
 *
 * @param signatureVerified whether the seal is signed with one of the public keys
 * @param statement what it states; absent if it cannot be read
 * @param missing entries before those that were given, which by its statement the service
 * has not accepted; absent if there are none
 * @param notKept entries before those that were given, which by its statement the service
 * has accepted, so that they may have been deleted; absent if there are none
 */
public record SealReport(String file, SealState state, boolean signatureVerified, @Nullable SealStatement statement,
		@Nullable SequenceRange missing, @Nullable SequenceRange notKept) {

	/**
	 * How a seal and a chain compare.
	 */
	public enum SealState {

		HOLDS(false, "Entry %s is there as sealed."),
		NOT_COMPARABLE(false, "The sealed entry %s lies before those that were given."),
		NOT_KEPT(false, "No entry of its chain is here; the service has accepted them all."),
		MISSING(true, "Entries before those that were given are MISSING, or a file was not given."),
		TRUNCATED(true, "The chain ends before the sealed entry %s: entries were cut off, or a file was not given."),
		OTHER_ENTRY(true, "ANOTHER entry stands where the sealed entry %s belongs."),
		OTHER_START(true, "The first entry does not follow the deleted one that the seal names."),
		NOT_SIGNED(true, "None of the public keys has signed the seal."), DAMAGED(true, "The seal cannot be read.");

		private final boolean broken;

		/** For a person; may name the sealed entry. */
		final String sentence;

		SealState(boolean broken, String sentence) {
			this.broken = broken;
			this.sentence = sentence;
		}

		/** Whether the log cannot be trusted. */
		public boolean broken() {
			return this.broken;
		}

	}

	/**
	 * What a seal states.
	 *
	 * @param generation the number of the statement, from 1
	 * @param sequence the sequence number of the last entry; the hash is its own
	 * @param firstKept the sequence number of the first entry that is kept; earlier ones
	 * were deleted after the service had accepted them
	 * @param synchronizedThrough the last sequence number that the service has accepted
	 * @param damagedAt the sequence number of the first entry that was found damaged
	 * before the service had accepted it, 0 if there is none
	 * @param refreshPending whether a refresh of the bundle was begun whose answer may
	 * have been lost
	 */
	public record SealStatement(String bundleId, String grantId, long generation, long sequence, String hash,
			long firstKept, long synchronizedThrough, long damagedAt, boolean refreshPending, boolean revoked,
			boolean closed) {
	}

}
