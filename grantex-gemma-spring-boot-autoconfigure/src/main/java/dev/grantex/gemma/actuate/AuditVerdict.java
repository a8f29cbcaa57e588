package dev.grantex.gemma.actuate;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.ChainVerification;

/**
 * What the endpoint shows of a verified chain.
 *
 * @param valid whether every entry holds
 * @param brokenAt the index of the first entry that does not hold, -1 if all do or the
 * log cannot be read
 * @param reason why that entry does not hold, or why the log cannot be read
 * @param entries how many entries hold
 * @param head the hash of the chain's last entry, as far as it is known
 * @param ambiguous indexes of entries that hold but have a separator inside a field
 */
public record AuditVerdict(boolean valid, int brokenAt, @Nullable String reason, long entries, @Nullable String head,
		List<Integer> ambiguous) {

	/**
	 * The verdict on a log that cannot be read.
	 * @param reason the log's fault
	 */
	static AuditVerdict unreadable(String reason) {
		return new AuditVerdict(false, -1, reason, 0, null, List.of());
	}

	static AuditVerdict of(ChainVerification verification, String head) {
		return new AuditVerdict(verification.valid(), verification.brokenAt(), verification.reason(),
				verification.entries(), head, verification.ambiguous());
	}

}
