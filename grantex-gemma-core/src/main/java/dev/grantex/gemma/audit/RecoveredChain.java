package dev.grantex.gemma.audit;

import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedSet;

/**
 * What was found on disk of a chain. Nothing was changed yet.
 *
 * @param files the files that hold entries, by their first sequence number
 * @param start the entry before the first one that is kept
 * @param end where the last entry ends that holds
 * @param unfinished the sequence numbers of {@code started} entries without an outcome
 * @param damages what was found damaged among the entries that the service has
 */
record RecoveredChain(NavigableMap<Long, Path> files, ChainHead start, LogEnd end, SortedSet<Long> unfinished,
		List<LogDamage> damages) {

}
