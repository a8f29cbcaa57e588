package dev.grantex.gemma.audit.verifier.report;

/**
 * What an examination comes down to.
 */
public enum Verdict {

	/**
	 * Everything that was examined holds.
	 */
	HOLDS,

	/**
	 * Nothing contradicts the log, but it has no entries that could prove anything.
	 */
	EMPTY,

	/**
	 * Something was changed, removed, put in or damaged, or is not signed.
	 */
	BROKEN

}
