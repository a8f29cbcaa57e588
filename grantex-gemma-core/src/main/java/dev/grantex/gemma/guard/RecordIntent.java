package dev.grantex.gemma.guard;

/**
 * Whether an entry is written before a call as well as after it.
 */
public enum RecordIntent {

	/** As the application is configured ({@code grantex.gemma.guard.record-intent}). */
	DEFAULT,

	/**
	 * A {@code started} entry is forced to disk before the method runs, whatever
	 * {@code grantex.gemma.audit.durability} says; if it cannot be, the call is denied.
	 * The outcome names it in {@code metadata.intent}.
	 */
	ALWAYS,

	/** Only the outcome is recorded. */
	NEVER

}
