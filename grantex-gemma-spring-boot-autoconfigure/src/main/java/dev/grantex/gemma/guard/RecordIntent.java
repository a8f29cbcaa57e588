package dev.grantex.gemma.guard;

/**
 * Whether an entry is written before a call as well as after it.
 */
public enum RecordIntent {

	/** As the application is configured ({@code grantex.gemma.guard.record-intent}). */
	DEFAULT,

	/** A {@code started} entry is forced to disk before the method runs. */
	ALWAYS,

	/** Only the outcome is recorded. */
	NEVER

}
