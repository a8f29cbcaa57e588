package dev.grantex.gemma.audit.store;

/**
 * What keeps a store from doing what it was asked for.
 */
public enum Fault {

	/** Bytes could not be written or forced; what they hold is not acknowledged. */
	UNWRITABLE("log_unwritable"),

	/** What was written cannot be read now. */
	UNREADABLE("log_unwritable"),

	/** What is stored is not the chain that it should be; nothing was changed. */
	CORRUPTED("log_corrupted"),

	/** The chain ends before the last entry that is known to have been forced. */
	TRUNCATED("log_truncated"),

	/** Something of the chain is not where it was; nothing was changed. */
	MISSING("log_missing"),

	/** The chain is whole, but something else lies in its place. */
	DISPLACED("log_missing"),

	/** Entries are no longer kept. */
	DELETED("log_missing"),

	/** The chain was sealed with a key that its owner does not know. */
	OUTDATED("bundle_outdated"),

	/** Others could change what is stored; the cause says what to do. */
	UNSAFE("log_unsafe"),

	/** There is no room for another line. */
	FULL("log_full"),

	/** The chain was closed. */
	CLOSED("log_closed"),

	/** Something else in this process writes the chain. */
	IN_USE_HERE("log_locked"),

	/** Another process writes the chain. */
	IN_USE_ELSEWHERE("log_locked"),

	/** The chain's owner has an id that no store can keep. */
	UNUSABLE("bundle_unusable");

	private final String reason;

	Fault(String reason) {
		this.reason = reason;
	}

	/**
	 * As users know it.
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * Whether it is something in this process that writes the chain.
	 */
	public boolean isHere() {
		return this == IN_USE_HERE;
	}

	/**
	 * Whether something else writes the chain.
	 */
	public boolean isInUse() {
		return this == IN_USE_HERE || this == IN_USE_ELSEWHERE;
	}

}
