package dev.grantex.gemma.audit;

/**
 * An entry in the log that is missing or not as it was written.
 *
 * @param sequence the sequence number of the first entry concerned
 * @param accepted whether the service has accepted the entry, so that nothing is lost and
 * the chain goes on
 */
public record LogDamage(long sequence, boolean accepted) {

	String describe() {
		return "The audit log is damaged at entry " + this.sequence
				+ (this.accepted ? "; the service has that entry, so the chain goes on"
						: ", which the service does not have yet: nothing can be appended");
	}

}
