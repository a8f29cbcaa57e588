package dev.grantex.gemma.audit.verifier.report;

/**
 * What a file is.
 */
public enum FileState {

	/**
	 * It holds entries.
	 */
	ENTRIES,

	/**
	 * It has no complete line.
	 */
	EMPTY,

	/**
	 * It was given before under this or another name, and was read once.
	 */
	GIVEN_TWICE,

	/**
	 * It has lines, but none of them is an audit entry.
	 */
	NO_ENTRIES

}
