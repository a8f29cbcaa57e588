package dev.grantex.gemma.audit.verifier.report;

/**
 * How a seal and a chain compare.
 */
public enum SealState {

	/**
	 * The sealed entry is there.
	 */
	HOLDS(false),

	/**
	 * The sealed entry lies before those that were given, and cannot be compared.
	 */
	NOT_COMPARABLE(false),

	/**
	 * No entry of the chain was given, and the service has accepted all of them.
	 */
	NOT_KEPT(false),

	/**
	 * Entries before those that were given, which the service had not accepted, are
	 * missing, or were not given.
	 */
	MISSING(true),

	/**
	 * The chain ends before the sealed entry: entries were cut off, or not given.
	 */
	TRUNCATED(true),

	/**
	 * Another entry stands where the sealed one belongs.
	 */
	OTHER_ENTRY(true),

	/**
	 * The first kept entry does not follow the one that the seal states was before it.
	 */
	OTHER_START(true),

	/**
	 * None of the public keys has signed the seal.
	 */
	NOT_SIGNED(true),

	/**
	 * The seal cannot be read.
	 */
	DAMAGED(true);

	private final boolean broken;

	SealState(boolean broken) {
		this.broken = broken;
	}

	/**
	 * Whether the log cannot be trusted.
	 */
	public boolean broken() {
		return this.broken;
	}

}
