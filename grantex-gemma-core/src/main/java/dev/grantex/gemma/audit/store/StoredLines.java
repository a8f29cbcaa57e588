package dev.grantex.gemma.audit.store;

import org.jspecify.annotations.Nullable;

/**
 * Lines of a chain in order. Not safe for use by several threads at once.
 */
public interface StoredLines extends AutoCloseable {

	/**
	 * The next line without its end, or {@code null} if there is none.
	 * @throws StoreException if it cannot be read
	 */
	@Nullable String next();

	/**
	 * Whether the last line had its end.
	 */
	boolean isTerminated();

	@Override
	void close();

}
