package dev.grantex.gemma.audit.store;

/**
 * A line that has its place in a chain and is on its way into the store.
 */
public interface Line {

	/**
	 * The entry that the line holds.
	 */
	Head head();

	/**
	 * The sequence number of the oldest call that is under way when the line is the last
	 * one, 0 if there is none.
	 */
	long oldestIntent();

	/**
	 * The line with its end. Asked for once, on the thread that appends it and under no
	 * lock, because it signs the entry, which takes most of the time that an entry needs.
	 */
	byte[] bytes();

}
