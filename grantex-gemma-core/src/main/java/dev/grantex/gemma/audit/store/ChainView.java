package dev.grantex.gemma.audit.store;

/**
 * What there is to read of an open chain at a moment. Lines that are appended later are
 * not in it; those that are deleted later cannot be read any more.
 */
public interface ChainView {

	/**
	 * The sequence number of the first line that is kept.
	 */
	long first();

	/**
	 * The last line; all up to it are durable.
	 */
	Head head();

	/**
	 * The lines from one on, or from the first that is kept. Reading fails if something
	 * of them is missing.
	 */
	StoredLines lines(long fromSequence);

}
