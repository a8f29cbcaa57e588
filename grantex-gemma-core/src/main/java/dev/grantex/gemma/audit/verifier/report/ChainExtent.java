package dev.grantex.gemma.audit.verifier.report;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What there is of a chain.
 *
 * @param files the names of its files, in the order of the chain
 * @param entries how many entries there are, copies in other files not counted
 * @param intactEntries how many of them stand before the first break; what comes after it
 * is counted, but proves nothing
 * @param firstSequence the sequence number of the first entry; greater than 1 if earlier
 * files were deleted or not given
 * @param lastSequence the sequence number of the last entry
 * @param firstTime the earliest time in an entry, in ISO 8601; absent if none is readable
 * @param lastTime the latest time in an entry, in ISO 8601; absent if none is readable
 * @param withoutTime how many entries have no readable time
 * @param backwardTimes how many entries have an earlier time than the entry before them
 */
public record ChainExtent(List<String> files, long entries, long intactEntries, long firstSequence, long lastSequence,
		@Nullable String firstTime, @Nullable String lastTime, long withoutTime, long backwardTimes) {

	public ChainExtent {
		files = List.copyOf(files);
	}

}
