package dev.grantex.gemma.audit;

/**
 * What an entry is there for, as far as it matters to how it is written.
 */
enum EntryKind {

	/** Something is recorded that can still be left undone if that fails. */
	RECORD,

	/** A call is about to run: its entry is forced, whatever the durability. */
	INTENT,

	/** A call has run: its entry must be written, if not now then first of all later. */
	OUTCOME

}
