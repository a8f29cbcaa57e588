package dev.grantex.gemma.audit.verifier.report;

/**
 * The entries of one span of time.
 *
 * @param start when it begins, in ISO 8601
 * @param success how many calls succeeded
 * @param denied how many entries record denials
 * @param error how many calls failed
 * @param cancelled how many calls were cancelled
 * @param started how many calls were about to start
 * @param other how many entries have another result
 * @param unproven how many of all these come after the chain's first break
 */
public record TimelineBucket(String start, long success, long denied, long error, long cancelled, long started,
		long other, long unproven) {

	/**
	 * How many entries there are.
	 */
	public long entries() {
		return this.success + this.denied + this.error + this.cancelled + this.started + this.other;
	}

}
