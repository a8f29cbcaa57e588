package dev.grantex.gemma.audit.store;

/**
 * What keeps a store from doing what it was asked for.
 */
public enum Fault {

	/** Bytes could not be written or forced; what they hold is not acknowledged. */
	UNWRITABLE,

	/** What was written cannot be read now. */
	UNREADABLE,

	/** What is stored is not the chain that it should be; nothing was changed. */
	CORRUPTED,

	/** The chain ends before the last entry that is known to have been forced. */
	TRUNCATED,

	/** Something of the chain is not where it was; nothing was changed. */
	MISSING,

	/** The chain is whole, but something else lies in its place. */
	DISPLACED,

	/** Entries are no longer kept. */
	DELETED,

	/** The chain was sealed with a key that its owner does not know. */
	OUTDATED,

	/** Others could change what is stored; the cause says what to do. */
	UNSAFE,

	/** There is no room for another line. */
	FULL,

	/** The chain was closed. */
	CLOSED,

	/** Something else in this process writes the chain. */
	IN_USE_HERE,

	/** Another process writes the chain. */
	IN_USE_ELSEWHERE,

	/** The chain's owner has an id that no store can keep. */
	UNUSABLE

}
