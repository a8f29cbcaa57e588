package dev.grantex.gemma.audit.store;

/**
 * What keeps a store from doing what it was asked for.
 */
public enum Fault {

	/** Bytes could not be written or forced; what they hold is not acknowledged. */
	UNWRITABLE("log_unwritable", "The audit log could not be written"),

	/** What was written cannot be read now. */
	UNREADABLE("log_unwritable", "The audit log could not be read"),

	/** What is stored is not the chain that it should be; nothing was changed. */
	CORRUPTED("log_corrupted", "The audit log on disk is damaged; nothing was changed. Keep its files and investigate"),

	/** The chain ends before the last entry that is known to have been forced. */
	TRUNCATED("log_truncated",
			"The audit log on disk ends before its seal; nothing was changed. Keep its files and investigate"),

	/** Something of the chain is not where it was; nothing was changed. */
	MISSING("log_missing",
			"A file of the audit log, or its seal, is missing; nothing was changed. Put it back or investigate"),

	/** The chain is whole, but something else lies in its place. */
	DISPLACED("log_missing",
			"Another file lies in the place of the open audit log; move it away and do not stop this process before"),

	/** Entries are no longer kept. */
	DELETED("log_missing", "These entries of the audit log are no longer kept; the service had accepted them"),

	/** The chain was sealed with a key that its owner does not know. */
	OUTDATED("bundle_outdated",
			"The audit log was sealed with a key that the bundle does not know; nothing was changed"),

	/** Others could change what is stored; the cause says what to do. */
	UNSAFE("log_unsafe", "The audit log is not safe from others"),

	/** There is no room for another line. */
	FULL("log_full", "The audit log has no room for another entry"),

	/** The chain was closed. */
	CLOSED("log_closed", "The audit log is closed"),

	/** Something else in this process writes the chain. */
	IN_USE_HERE("log_locked", "The audit log is already open in this process"),

	/** Another process writes the chain. */
	IN_USE_ELSEWHERE("log_locked", "The audit log is already open in another process; only one may write it"),

	/** The chain's owner has an id that no store can keep. */
	UNUSABLE("bundle_unusable", "The bundle's id cannot stand in a seal");

	private final String reason;

	private final String message;

	Fault(String reason, String message) {
		this.reason = reason;
		this.message = message;
	}

	/**
	 * As users know it.
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * What is the matter and what to do, in a constant sentence.
	 */
	public String message() {
		return this.message;
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
