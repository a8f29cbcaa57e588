package dev.grantex.gemma.actuate;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.ChainVerification;

/**
 * What the endpoint shows of a verified chain.
 *
 * @param valid whether every entry holds that is kept
 * @param brokenAt the index of the first entry that does not hold, counted from 0 at
 * {@code firstSequence}; -1 if all do or the log cannot be read
 * @param reason why that entry does not hold, or why the log cannot be read
 * @param entries how many entries hold, from the first one that is kept
 * @param firstSequence the sequence number of the first entry that is kept: 1, or a later
 * one after entries that the service has were deleted; 0 if the log cannot be read
 * @param head the hash of the chain's last entry, as far as it is known
 * @param ambiguous indexes, counted as {@code brokenAt}, of entries that hold but have a
 * separator inside a field
 * @param verifiedAt when that was found, by the device's clock
 */
public record AuditVerdict(boolean valid, int brokenAt, @Nullable String reason, long entries, long firstSequence,
		@Nullable String head, List<Integer> ambiguous, Instant verifiedAt) {

	/**
	 * The verdict on a log that cannot be read.
	 * @param reason the log's fault
	 */
	static AuditVerdict unreadable(String reason, Instant verifiedAt) {
		return new AuditVerdict(false, -1, reason, 0, 0, null, List.of(), verifiedAt);
	}

	/**
	 * The verdict on what is kept.
	 * @param found what was found by a verifier that may have begun earlier
	 * @param firstSequence the first entry that is kept
	 * @param deleted how many of the entries that the verifier has seen are not kept
	 * @param head the hash of the last entry
	 */
	static AuditVerdict of(ChainVerification found, long firstSequence, long deleted, String head, Instant verifiedAt) {
		int offset = Math.toIntExact(deleted);
		return new AuditVerdict(found.valid(), found.valid() ? -1 : found.brokenAt() - offset, found.reason(),
				found.entries() - deleted, firstSequence, head,
				found.ambiguous().stream().map((index) -> index - offset).filter((index) -> index >= 0).toList(),
				verifiedAt);
	}

}
