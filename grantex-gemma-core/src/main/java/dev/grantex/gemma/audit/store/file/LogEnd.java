package dev.grantex.gemma.audit.store.file;

import dev.grantex.gemma.audit.store.Head;

/**
 * Where a chain ends on disk.
 *
 * @param head the last entry
 * @param segment the first sequence number of the file that holds it, 0 if no file does:
 * in a chain without entries, or one whose entries were all deleted
 * @param offset how many bytes of that file end with it
 */
public record LogEnd(Head head, long segment, long offset) {

	public static final LogEnd EMPTY = new LogEnd(Head.GENESIS, 0, 0);

	public LogEnd {
		if (offset < 0 || segment < 0 || segment > head.sequence()) {
			throw new IllegalArgumentException("Not an end of a chain");
		}
	}

}
