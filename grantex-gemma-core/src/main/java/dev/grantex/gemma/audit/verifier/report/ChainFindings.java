package dev.grantex.gemma.audit.verifier.report;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a chain, and what is merely remarkable. Only breaks and gaps make a
 * chain broken.
 *
 * @param firstBroken where the chain itself is first broken or, if it is not, the first
 * entry whose signature does not verify; absent if all hold
 * @param breaks every line that does not hold
 * @param gaps sequence numbers that are missing between one file and the next
 * @param overlaps entries that are in several files
 * @param inexact entries that are not written in their exact form
 * @param ambiguous entries with a separator inside a field, so that another entry would
 * have the same hash
 * @param unfinished sequence numbers of {@code started} entries without an outcome
 * @param otherGrants how many entries name another grant than the chain's first
 */
public record ChainFindings(@Nullable ChainBreak firstBroken, Listing<ChainBreak> breaks, Listing<SequenceRange> gaps,
		Listing<Overlap> overlaps, Listing<EntryPosition> inexact, Listing<EntryPosition> ambiguous,
		Listing<Long> unfinished, long otherGrants) {

}
