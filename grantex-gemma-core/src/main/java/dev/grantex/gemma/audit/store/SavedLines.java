package dev.grantex.gemma.audit.store;

import org.jspecify.annotations.Nullable;

/**
 * What there is of a chain, in whatever condition, to be read without a change. The chain
 * cannot be opened until this is closed.
 */
public interface SavedLines extends AutoCloseable {

	/**
	 * The last line that is no longer kept, or {@code null} if nothing states that.
	 */
	@Nullable Head start();

	/**
	 * The sequence number of the first line that should be there or, if nothing states
	 * that, of the first one that is.
	 */
	long first();

	/**
	 * The lines among which the one with a sequence number, and the one before, must be.
	 */
	StoredLines read(long sequence);

	@Override
	void close();

}
