package dev.grantex.gemma.audit.verifier.report;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.verifier.report.AuditReport.Verdict;

/**
 * What was found of one chain.
 *
 * @param grantId the grant of its first entry
 * @param agent the agent of its first entry
 * @param form {@code wire} for the form of the hosted API, {@code python} for the Python
 * package's own
 * @param verdict what it comes down to
 * @param extent what there is of the chain
 * @param findings what is wrong or remarkable
 * @param activity what the entries say was done
 * @param seals the seals of the chain; none only says that there was none to compare with
 */
public record ChainReport(String grantId, String agent, String form, Verdict verdict, ChainExtent extent,
		ChainFindings findings, ChainActivity activity, List<SealReport> seals) {

	/**
	 * What there is of a chain.
	 *
	 * @param files the names of its files, in the order of the chain
	 * @param entries how many entries there are, copies in other files not counted
	 * @param intactEntries how many of them stand before the first break; what comes
	 * after it is counted, but proves nothing
	 * @param firstSequence the sequence number of the first entry; greater than 1 if
	 * earlier files were deleted or not given
	 * @param firstTime the earliest time in an entry, in ISO 8601; absent if none is
	 * readable
	 * @param lastTime the latest time in an entry, absent likewise
	 * @param withoutTime how many entries have no readable time
	 * @param backwardTimes how many entries have an earlier time than the one before
	 */
	public record ChainExtent(List<String> files, long entries, long intactEntries, long firstSequence,
			long lastSequence, @Nullable String firstTime, @Nullable String lastTime, long withoutTime,
			long backwardTimes) {
	}

	/**
	 * What is wrong with a chain, and what is merely remarkable. Only breaks and gaps
	 * make a chain broken.
	 *
	 * @param firstBroken where the chain itself is first broken or, if it is not, the
	 * first entry whose signature does not verify; absent if all hold
	 * @param breaks every line that does not hold
	 * @param gaps sequence numbers that are missing between one file and the next
	 * @param overlaps entries that are in several files
	 * @param inexact entries that are not written in their exact form
	 * @param ambiguous entries with a separator inside a field, so that another entry
	 * would have the same hash
	 * @param unfinished sequence numbers of {@code started} entries without an outcome
	 * @param otherGrants how many entries name another grant than the chain's first
	 */
	public record ChainFindings(@Nullable ChainBreak firstBroken, Listing<ChainBreak> breaks,
			Listing<SequenceRange> gaps, Listing<Overlap> overlaps, Listing<EntryPosition> inexact,
			Listing<EntryPosition> ambiguous, Listing<Long> unfinished, long otherGrants) {
	}

	/**
	 * A line at which a chain does not hold.
	 *
	 * @param line the line's number in the file, from 1
	 * @param sequence the sequence number that the line claims; absent if it cannot be
	 * read
	 * @param expected the sequence number that belongs there; absent if that is not known
	 * @param reason why it does not hold, in constant words
	 */
	public record ChainBreak(String file, long line, @Nullable Long sequence, @Nullable Long expected, String reason) {
	}

	/**
	 * Entries of a file that other files hold as well. They are counted once.
	 *
	 * @param file the name of the file that repeats them
	 * @param last the last sequence number, inclusive
	 * @param identical whether they are the same entries
	 */
	public record Overlap(String file, long first, long last, boolean identical) {
	}

	/**
	 * Where an entry stands.
	 *
	 * @param line the line's number in the file, from 1
	 */
	public record EntryPosition(String file, long line, long sequence) {
	}

}
